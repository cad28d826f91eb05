import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { APIRequestContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { Box } from './box'
import { forgive, open, picture } from './browser'
import { Caller, tone } from './caller'

const password = 'opensesame-2026'
const [customer, agent] = [440, 1000]

/** The button, with its picture's name before it. */
const hangUp = /^(close\s*)?挂\s*断/

/** A microphone's sound: ten seconds of a tone, as 16-bit mono at 48 kHz, which Chromium plays again and again. */
function microphone(file: string) {
  const [rate, seconds] = [48000, 10]
  const b = Buffer.alloc(44 + rate * seconds * 2)
  b.write('RIFF', 0)
  b.writeUInt32LE(b.length - 8, 4)
  b.write('WAVEfmt ', 8)
  b.writeUInt32LE(16, 16)
  b.writeUInt16LE(1, 20)
  b.writeUInt16LE(1, 22)
  b.writeUInt32LE(rate, 24)
  b.writeUInt32LE(rate * 2, 28)
  b.writeUInt16LE(2, 32)
  b.writeUInt16LE(16, 34)
  b.write('data', 36)
  b.writeUInt32LE(rate * seconds * 2, 40)
  for (let n = 0; n < rate * seconds; n++) b.writeInt16LE(Math.round(9000 * Math.sin((2 * Math.PI * agent * n) / rate)), 44 + 2 * n)
  writeFileSync(file, b)
}

async function eventually(what: string, f: () => boolean | Promise<boolean>, limit = 15_000) {
  for (const end = Date.now() + limit; !(await f()); await new Promise((done) => setTimeout(done, 50))) {
    if (Date.now() > end) throw new Error(`not within ${limit} ms: ${what}`)
  }
}

/** A box with one agent, a trunk of the caller's, and every call going to that agent's queue. */
async function furnish(box: Box, trunk: number, api: APIRequestContext) {
  const must = async (answer: ReturnType<APIRequestContext['get']>) => {
    const a = await answer
    if (!a.ok()) throw new Error(`${a.url()}: ${a.status()} ${await a.text()}`)
    return a
  }
  await must(api.post('/api/v1/setup/admin', { data: { code: box.setupCode, login: 'admin', name: 'Admin', password } }))
  const change = async (path: string, data: (now: Record<string, unknown>) => object) => {
    const now = await must(api.get(path))
    await must(api.put(path, { data: data((await now.json()) as Record<string, unknown>), headers: { 'If-Match': now.headers().etag ?? '' } }))
  }
  const users = (await (await must(api.get('/api/v1/users'))).json()) as { items: { id: string }[] }
  await change(`/api/v1/users/${users.items[0]!.id}`, () => ({ login: 'admin', name: 'Admin', role: 'admin', agent: '1001' }))
  await must(api.post('/api/v1/settings/trunks', { data: { name: 'carrier', host: '127.0.0.1', port: trunk } }))
  await change('/api/v1/settings/inbound-rules', () => ({ items: [{ target: { kind: 'queue', name: 'q_appointment' } }] }))
}

describe('the telephone in the browser', () => {
  let box: Box
  let page: Page
  let caller: Caller

  beforeAll(async () => {
    box = await Box.start()
    caller = await Caller.open(customer)
    const file = join(box.dir, 'microphone.wav')
    microphone(file)
    page = await open(box, { permissions: ['microphone'], locale: 'zh-CN' }, [
      '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream', `--use-file-for-fake-audio-capture=${file}`,
      '--autoplay-policy=no-user-gesture-required', '--allow-loopback-in-peer-connection',
    ])
    page.setDefaultTimeout(10_000)
    await page.addInitScript(() => {
      const Real = WebSocket
      globalThis.WebSocket = class extends Real {
        constructor(url: string | URL, protocols?: string | string[]) {
          super(url, protocols)
          Object.assign(globalThis, { line: this })
        }
      }
    })
    // What a browser does to make speech clear takes tones away.
    await page.addInitScript(() => {
      const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices)
      navigator.mediaDevices.getUserMedia = (c) =>
        real({ ...c, audio: { ...(typeof c?.audio === 'object' ? c.audio : {}), echoCancellation: false, noiseSuppression: false, autoGainControl: false } })
    })
    await furnish(box, caller.port, page.request)
  })

  afterAll(async () => {
    caller?.hangUp()
    caller?.close()
    await box?.stop()
  })

  test('registers, takes a call, and both sides are heard, and are in the recording', async () => {
    await page.goto('/agent')
    await page.getByText('网页话机', { exact: true }).click()
    await page.locator('.softphone [data-link=ready]').waitFor()
    await picture(page, 'softphone-ready')
    await page.request.post('/api/v1/live/agents/me', { data: { do: 'sign-in' } })

    caller.call(box.sip, '100')
    await page.locator('.softphone [data-stage=ringing]').waitFor()
    await picture(page, 'softphone-ringing')
    await page.keyboard.press('F2')
    await page.locator('.softphone [data-stage=talking]').waitFor()
    await eventually('the customer hears the agent', () => caller.hears(agent) > 2000)
    await eventually('the agent hears the customer', () => theirs(page, 0.5))
    await picture(page, 'softphone-talking')

    await page.keyboard.press('m')
    await eventually('the customer hears nobody', () => caller.hears(agent) < 200)
    await page.keyboard.press('m')
    await eventually('and hears the agent again', () => caller.hears(agent) > 2000)

    const bar = page.locator('.softphone')
    await bar.getByRole('button', { name: /拨号盘/ }).click()
    for (const key of ['5', '#']) await page.getByRole('button', { name: `按键 ${key}`, exact: true }).click()
    await eventually('the keys have come', () => caller.keys === '5#')
    await page.keyboard.press('Escape')

    await page.keyboard.press('h')
    await bar.getByText('保持中').waitFor()
    await eventually('whoever is held does not hear the agent', () => caller.hears(agent) < 200)
    await page.keyboard.press('h')
    await eventually('the call goes on', () => caller.hears(agent) > 2000)

    // The network changes: the WebSocket breaks, comes back, and the sound finds a new way.
    await page.evaluate(() => (globalThis as unknown as { line: WebSocket }).line.close())
    await bar.locator('[data-link=unreachable]').waitFor()
    await bar.locator('[data-link=ready]').waitFor()
    await bar.getByText('正在恢复通话').waitFor({ state: 'detached' })
    caller.heard = []
    await eventually('the call has outlived it', () => caller.hears(agent) > 2000 && caller.up)
    await eventually('in both directions', () => theirs(page, 0.5))

    await bar.getByRole('button', { name: hangUp }).click()
    await eventually('the customer is told', () => caller.over)
    await recorded(page)
  })

  test('tries the headset at the echo, with the number dialled by hand', async () => {
    const bar = page.locator('.softphone')
    await bar.getByRole('button', { name: /拨号/ }).click()
    await page.getByRole('textbox', { name: '号码' }).fill('*43')
    await picture(page, 'softphone-dial')
    await page.keyboard.press('Enter')
    await bar.locator('[data-stage=talking]').waitFor()
    await eventually('one hears oneself', () => theirs(page, 0.5))
    await bar.getByRole('button', { name: '声音设备' }).click()
    await page.getByRole('combobox', { name: '麦克风' }).waitFor()
    await picture(page, 'softphone-devices')
    await page.keyboard.press('Escape')
    await bar.getByRole('button', { name: hangUp }).click()
    await bar.locator('[data-stage]').waitFor({ state: 'detached' })
  })

  test('is one telephone, whichever tab it is in', async () => {
    const other = await page.context().newPage()
    other.setDefaultTimeout(10_000)
    await other.goto('/calls')
    await other.locator('.softphone [data-link=elsewhere]').waitFor()
    await picture(other, 'softphone-elsewhere')
    await other.getByRole('button', { name: '在此使用' }).click()
    await other.locator('.softphone [data-link=ready]').waitFor()
    await page.locator('.softphone [data-link=elsewhere]').waitFor()
    await other.close()
    await page.getByRole('button', { name: '在此使用' }).click()
    await page.locator('.softphone [data-link=ready]').waitFor()
  })

  test('says what to do when the microphone is refused, and goes back to the desk phone', async () => {
    await page.addInitScript(() => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'))
    })
    await page.reload()
    await page.getByText(/浏览器未获准使用麦克风/).waitFor()
    await picture(page, 'softphone-refused')
    await page.getByRole('button', { name: '改用桌面话机' }).click()
    await page.locator('.softphone').waitFor({ state: 'detached' })
    await page.reload()
    await page.getByText('桌面话机', { exact: true }).waitFor()
    expect(await page.locator('.softphone').count()).toBe(0)
    forgive(/ERR_|WebSocket/)
  })
})

/** Whether the other side is at least so loud on the page's meter. */
const theirs = async (page: Page, level: number) =>
  Number(await page.locator('.softphone meter').nth(1).evaluate((m) => (m as HTMLMeterElement).value)) > level

/** Checks that the recording of the last call has the customer on one side and the agent on the other. */
async function recorded(page: Page) {
  let id = ''
  await eventually('the call is recorded', async () => {
    const calls = (await (await page.request.get('/api/v1/calls?limit=1')).json()) as { items: { recording?: string }[] }
    id = calls.items[0]?.recording ?? ''
    return id !== ''
  })
  const wav = await (await page.request.get(`/api/v1/recordings/${id}/file`)).body()
  const at = wav.indexOf('data') + 8
  const [left, right]: [number[], number[]] = [[], []]
  for (let i = at; i + 1 < wav.length; i += 2) {
    left.push(wav[i]!)
    right.push(wav[i + 1]!)
  }
  const loudest = (side: number[], hz: number) => {
    let most = 0
    for (let i = 0; i + 1600 <= side.length; i += 1600) most = Math.max(most, tone(side.slice(i, i + 1600), hz))
    return most
  }
  expect(loudest(left, customer), 'the customer in the recording').toBeGreaterThan(2000)
  expect(loudest(right, agent), 'the agent in the recording').toBeGreaterThan(2000)
  expect(loudest(left, agent), 'the agent on the customer’s side').toBeLessThan(300)
}
