import { expect, test } from 'vitest'

import { demo, forgive, open, picture, signIn } from './browser'

test('the wall fits the screen, tells nothing of callers, and stays small', async () => {
  const box = demo()
  const page = await open(box)
  await signIn(page, 'admin', box.password)
  const token = await page.evaluate(async () => {
    const r = await fetch('/api/v1/wall/tokens', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"name":"大厅"}' })
    return ((await r.json()) as { secret: string }).secret
  })
  const wall = await open(box, { viewport: { width: 1920, height: 1080 } }, ['--enable-precise-memory-info'])
  const fits = () => wall.evaluate(() => {
    const wrong: string[] = []
    const page = document.documentElement
    if (page.scrollWidth > 1920 || page.scrollHeight > 1080) wrong.push(`page ${page.scrollWidth}×${page.scrollHeight}`)
    for (const e of document.querySelectorAll<HTMLElement>('#wall *')) {
      const own = [...e.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && n.textContent!.trim() !== '')
      if (!own) continue
      const r = e.getBoundingClientRect()
      if (parseFloat(getComputedStyle(e).fontSize) < 24) wrong.push(`small: ${e.textContent}`)
      if (r.right > 1921 || r.bottom > 1081 || r.left < -1 || r.top < -1) wrong.push(`outside: ${e.textContent}`)
      if (e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== 'inline') wrong.push(`cut: ${e.textContent}`)
    }
    return wrong
  })
  await wall.goto(`/wall?token=${token}&turn=5`)
  await wall.locator('.wall-day').waitFor()
  expect(await wall.locator('.wall-head.off').count()).toBe(0)
  expect(await fits()).toEqual([])
  await picture(wall, 'wall-day')
  await wall.locator('.wall-queues').waitFor()
  expect(await fits()).toEqual([])
  await picture(wall, 'wall-queues')

  const soak = await open(box, { viewport: { width: 1920, height: 1080 } })
  await soak.addInitScript(() => {
    const stream = () => new ReadableStream({ start: (c) => void Object.assign(window, { push: (s: string) => c.enqueue(new TextEncoder().encode(s)) }) })
    const real = window.fetch
    window.fetch = (input, init) => (String(input).includes('/wall/events') ? Promise.resolve(new Response(stream(), { status: 200 })) : real(input, init))
  })
  await soak.goto('/wall?token=played')
  const play = (n: number) => soak.evaluate(async (n) => {
    const push = (window as unknown as { push: (s: string) => void }).push
    for (let i = 0; i < n; i++) {
      const queues = Array.from({ length: 12 }, (_, q) => ({
        id: `q${q}`, name: `队列${q}`, waiting: (i + q) % 9, since: (i + q) % 9 ? new Date(Date.now() - 1000 * (i % 200)).toISOString() : undefined, agents: 20, serving: 15, free: i % 4,
        entered: 1000 + i, answered: 900 + i, abandoned: i % 50, in_time: 700 + i, ended: 950 + i, within: 20,
      }))
      push(`event: wall\ndata: ${JSON.stringify({ at: new Date().toISOString(), queues, agents: { available: i % 7, ringing: 1, talking: 9, wrap_up: 2, paused: 3, signed_out: 4 } })}\n\n`)
      if (i % 20 === 19) await new Promise((done) => setTimeout(done, 0))
    }
    await new Promise((done) => setTimeout(done, 300))
  }, n)
  await play(500)
  await soak.locator('.wall-day, .wall-queues').first().waitFor()
  const cdp = await soak.context().newCDPSession(soak)
  const measure = async () => {
    await cdp.send('HeapProfiler.collectGarbage')
    const { usedSize } = await cdp.send('Runtime.getHeapUsage')
    return { heap: usedSize, nodes: await soak.evaluate(() => document.querySelectorAll('.wall-head *, head *').length), page: await soak.evaluate(() => document.querySelectorAll('#wall *').length) }
  }
  const before = await measure()
  await play(10_000)
  const after = await measure()
  console.log('wall heap growth', Math.round((after.heap - before.heap) / 1024), 'KiB')
  expect(after.heap - before.heap).toBeLessThan(10 << 20)
  expect(after.nodes).toBe(before.nodes)
  expect(after.page).toBeLessThan(150) // whichever page is on
  forgive(/aborted/)
})
