import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Page } from 'playwright-core'

import { Box } from './box'
import { forgive, open, picture } from './browser'

describe('the stream of what happens', () => {
  let box: Box
  let page: Page
  beforeAll(async () => {
    box = await Box.start()
    page = await open(box)
    await page.goto('/')
    await page.getByLabel('安装码').fill(box.setupCode)
    await page.locator('input[autocomplete=name]').fill('张晓')
    await page.locator('input[autocomplete=username]').fill('admin')
    await page.locator('input[autocomplete=new-password]').fill(box.password)
    await page.keyboard.press('Enter')
    await page.locator('.shell').waitFor()
    forgive(/status of 401/)
  })
  afterAll(() => box.stop())

  test('a box that dies is told of, and read anew when it is back, without loading the page again', async () => {
    await page.getByRole('link', { name: '客户', exact: true }).click()
    await page.getByText('没有符合条件的客户').waitFor()
    await page.evaluate(() => { (globalThis as { stays?: boolean }).stays = true })
    await box.kill()
    await page.getByText('与主机的连接已断开').waitFor({ timeout: 5000 })
    await picture(page, 'offline')
    await box.run()
    forgive(/Failed to load resource/) // nobody was there
    await page.getByText('与主机的连接已断开').waitFor({ state: 'detached', timeout: 20_000 })
    forgive(/Failed to load resource/)
    const number = '13800138000'
    await page.evaluate(async (number) => {
      const r = await fetch('/api/v1/customers', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ name: '王先生', phones: [{ number }] }) })
      if (!r.ok) throw new Error(await r.text())
    }, number)
    await page.locator('tbody').getByText(number).waitFor() // by itself
    expect(await page.evaluate(() => (globalThis as { stays?: boolean }).stays)).toBe(true)
  })

  test('eight windows of a browser are one stream, and an idle one asks for nothing', async () => {
    const pages = [page]
    for (let n = 1; n < 8; n++) {
      const other = await page.context().newPage()
      await other.goto('/calls')
      await other.locator('table').waitFor()
      pages.push(other)
    }
    const asked: string[] = []
    page.context().on('request', (r) => asked.push(r.url()))
    await new Promise((done) => setTimeout(done, 4000))
    expect(asked).toEqual([])
    const held = await page.evaluate(async () => {
      const q = await navigator.locks.query()
      return { held: q.held?.length ?? 0, waiting: q.pending?.length ?? 0 }
    })
    expect(held).toEqual({ held: 1, waiting: 7 })
    // Whoever holds the stream goes; another takes it over, and all are told of what happens next.
    await page.close()
    const rest = pages.slice(1)
    await rest[6]?.evaluate(async () => {
      await fetch('/api/v1/customers', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ name: '李女士', phones: [{ number: '13900139000' }] }) })
    })
    const last = rest[6] as Page
    expect(await last.evaluate(async () => (await navigator.locks.query()).held?.length)).toBe(1)
    await last.getByText('与主机的连接已断开').waitFor({ state: 'detached' })
    await Promise.all(rest.map((p) => p.close()))
  })
})
