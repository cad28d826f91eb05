import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'

import { chrome, demo, forgive, open, picture, signIn } from './browser'

interface Event {
  name: string
  ph: string
  pid: number
  tid: number
  tdur?: number
  args?: { name?: string }
}

/** The longest task of a page's main thread while something is done, in ms of the processor: other programs do not count. */
async function longest(page: Page, what: () => Promise<unknown>): Promise<number> {
  const browser = await chrome()
  await browser.startTracing(page, { categories: ['toplevel', 'disabled-by-default-devtools.timeline', 'devtools.timeline'] })
  await what()
  const { traceEvents: all } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: Event[] }
  const main = new Set(all.filter((e) => e.name === 'thread_name' && e.args?.name === 'CrRendererMain').map((e) => `${e.pid} ${e.tid}`))
  const tasks = all.filter((e) => /RunTask$/.test(e.name) && e.ph === 'X' && e.tdur !== undefined && main.has(`${e.pid} ${e.tid}`))
  expect(tasks.length, 'tasks measured').toBeGreaterThan(100)
  return Math.max(...tasks.map((e) => e.tdur ?? 0)) / 1000
}

describe('who leads the agents', () => {
  test('sees the floor, and can act on it; an agent sees it only', async () => {
    const box = demo()
    const page = await open(box)
    await signIn(page, 'admin', box.password)
    const since = new Date(Date.now() - 75_000).toISOString()
    const talk = (id: string, more: object) => ({
      id, phase: 'talking', direction: 'inbound', from: '13800138000', to: '66001006', line: 'line1', card: { number: '13800138000', name: '王建国' }, place: 'queue q', started_at: since,
      queued_at: since, connected_at: since, queue: 'q', extension: '8003', talking: ['8003'], path: [{ at: since, place: 'menu main', key: '3' }], ...more,
    })
    let watching: string[] = []
    await page.route('**/api/v1/live/calls', (r) => r.fulfill({ json: { items: [talk('x', { agent: '1003', watching }), talk('y', { connected_at: undefined, talking: [], ringing: ['8002'], card: { vip: true } })] } }))
    const asked: unknown[] = []
    await page.route('**/api/v1/live/calls/x/supervise', (r) => {
      asked.push(r.request().postDataJSON())
      return r.fulfill({ status: 202, json: { call: 'z' } })
    })
    await page.route('**/api/v1/session', async (r) => { // one who has a phone
      const answer = await r.fetch()
      const me = (await answer.json()) as { user: { extension: string } }
      me.user.extension = '8001'
      await r.fulfill({ response: answer, json: me })
    })
    await page.goto('/live')
    await page.getByRole('region', { name: '坐席', exact: true }).waitFor()
    const listen = page.getByRole('button', { name: '监听' }).first()
    await listen.waitFor()
    await picture(page, 'live')
    expect(await listen.getAttribute('aria-pressed')).toBe('false')
    expect(await page.getByRole('button', { name: '监听' }).nth(1).isDisabled()).toBe(true) // nobody speaks there yet
    await listen.click()
    await page.getByText('您的话机即将振铃').waitFor()
    watching = ['8001']
    await page.getByRole('link', { name: '通话', exact: true }).click()
    await page.getByRole('link', { name: '实时' }).click()
    await page.getByText('监听：8001').waitFor()
    await page.getByRole('button', { name: '耳语' }).first().click()
    await page.locator('button[aria-pressed=true]', { hasText: '' }).first().waitFor()
    expect(await page.getByRole('button', { name: '耳语' }).first().getAttribute('aria-pressed')).toBe('true')
    await page.getByRole('button', { name: '强拆' }).first().click()
    await page.locator('.ant-modal-confirm-title', { hasText: '强制挂断 王芳' }).waitFor() // names whom, and asks first
    await page.keyboard.press('Escape')
    expect(asked).toEqual([{ how: 'listen' }, { how: 'whisper' }])
    const login = `watcher${Date.now() % 10_000}`
    const made = await page.evaluate(async (login) => {
      const r = await fetch('/api/v1/users', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ login, name: '看板', role: 'viewer', password: 'watch-only-2026' }) })
      return r.status
    }, login)
    expect(made).toBe(201)
    const other = await open(box)
    await other.goto('/')
    await other.locator('input[autocomplete=username]').fill(login)
    await other.locator('input[autocomplete=current-password]').fill('watch-only-2026')
    await other.keyboard.press('Enter')
    await other.locator('input[autocomplete=new-password]').fill('watch-only-2027')
    await other.locator('input[autocomplete=current-password]').fill('watch-only-2026')
    await other.keyboard.press('Enter')
    await other.locator('.shell').waitFor()
    await other.goto('/live')
    await other.getByRole('region', { name: '坐席', exact: true }).waitFor()
    expect(await other.getByRole('button', { name: /监听|强拆|移动|的状态/ }).count()).toBe(0)
    const refused = await other.evaluate(async () => (await fetch('/api/v1/live/calls/404/supervise', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"how":"listen"}' })).status)
    expect(refused).toBe(403)
    forgive(/status of 40[13]/)
  })

  // The stream is played by the test: 200 agents and 1,000 who wait, all queues twice a second, agents in bursts.
  test('has a page that stays quick with 200 agents and 1,000 waiting', async () => {
    const box = demo()
    const page = await open(box)
    await page.addInitScript(() => {
      const heard: Record<string, ((e: MessageEvent) => void)[]> = {}
      class Played extends EventTarget {
        static CLOSED = 2
        readyState = 1
        onopen?: () => void
        constructor() {
          super()
          setTimeout(() => this.onopen?.(), 0)
        }
        override addEventListener(name: string, f: never) {
          ;(heard[name] ??= []).push(f)
        }
        close() {}
      }
      Object.assign(window, { EventSource: Played, play: (name: string, data: string) => heard[name]?.forEach((f) => f(new MessageEvent(name, { data }))) })
    })
    const at = new Date().toISOString()
    const agent = (i: number, n: number) => ({
      agent: `a${i}`, extension: `8${i}`, status: n % 5 === 4 ? 'paused' : 'available', since: at, name: `坐席${i}`, activity: ['idle', 'talking', 'ringing', 'wrap_up'][(i + n) % 4], activity_at: at,
      phone_busy: false, misses: i % 3, calls: n, talk: 100, queues: ['q0'],
    })
    const counters = { entered: 1000, answered: 500, answered_within: 400, abandoned: 30, abandoned_within: 3, abandoned_short: 5, timed_out: 0, left_by_key: 0, left_empty: 0, led_elsewhere: 0, callbacks: 0, callbacks_served: 0, callbacks_lost: 0, refused: 0, missed: 0, wait_total: 1, longest_wait: 1, talk_total: 1 }
    const queues = (n: number) => Array.from({ length: 10 }, (_, q) => ({
      id: `q${q}`, name: `队列${q}`, retired: false, callbacks: [], agents: 200, serving: 180, free: 40, counters, service_level: 1, service_level_2: 1, handle_time: 100,
      waiting: Array.from({ length: 100 }, (_, i) => ({ call: `c${q}-${i + n}`, card: { number: `1380000${q}${i}`, name: i % 2 ? `客户${i}` : '' , vip: i % 10 === 0 }, position: i + 1, since: at, joined: at, score: n, expected_wait: 60, agents: [] })),
    }))
    const answer = (items: unknown[]) => ({ json: { items } })
    await page.route('**/api/v1/live/queues', (r) => r.fulfill(answer(queues(0))))
    await page.route('**/api/v1/live/agents', (r) => r.fulfill(answer(Array.from({ length: 200 }, (_, i) => agent(i, 0)))))
    await page.route('**/api/v1/live/calls', (r) => r.fulfill(answer([])))
    await signIn(page, 'admin', box.password)
    await page.goto('/live')
    await page.locator('.live-agent').nth(199).waitFor()
    await page.waitForTimeout(1000) // the first painting is not what is measured
    await picture(page, 'live-large')
    expect(await page.locator('.live-line').count()).toBeLessThan(40)
    const rounds = 10
    const measure = () => longest(page, () => page.evaluate(async ({ rounds, q, a }) => {
      const play = (window as unknown as { play: (name: string, data: string) => void }).play
      for (let n = 0; n < rounds; n++) {
        play('queues', q[n % q.length]!)
        for (let i = 0; i < 20; i++) play('agent', a[(n * 20 + i) % a.length]!)
        await new Promise((done) => setTimeout(done, 500))
      }
    }, {
      rounds,
      q: [1, 2, 3, 4].map((n) => JSON.stringify({ at, queues: queues(n) })),
      a: Array.from({ length: 200 }, (_, i) => JSON.stringify({ agent: agent(i, 7) })),
    }))
    // A busy machine costs time even of the processor: a page that is slow is so each time.
    let task = await measure()
    for (let again = 0; again < 4 && task > 50; again++) task = Math.min(task, await measure())
    console.log(`200 agents, 1,000 waiting: the longest of ${rounds} rounds' tasks took ${task.toFixed(1)} ms of the processor`)
    expect(task).toBeLessThanOrEqual(50)
  })
})
