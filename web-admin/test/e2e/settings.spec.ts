import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'

import { demo, forgive, open, picture, signIn } from './browser'

const id = 'q_spec'

/** A field of the form by its name in the document. */
const field = (page: Page, name: string) => page.locator(`#doc_${name}`)
/** The queue's line in the list. */
const listed = (page: Page) => page.locator(`td a[href$="?id=${id}"]`)
const save = (page: Page) => page.getByRole('button', { name: /保\s?存/ }).click()

/** Presses a button of the dialog that has just opened, once it stands still. */
async function answer(page: Page, name: RegExp | string) {
  const button = page.getByRole('dialog').getByRole('button', { name })
  await button.waitFor()
  await page.locator('.ant-zoom-appear, .ant-zoom-enter').first().waitFor({ state: 'detached' })
  await button.click()
}

/** Changes the queue as somebody else would, by the API. */
const elsewhere = (page: Page, change: Record<string, unknown>) =>
  page.evaluate(async ([queue, c]) => {
    const url = `/api/v1/settings/queues/${queue as string}`
    const got = await fetch(url)
    const item = (await got.json()) as { value: object }
    const put = await fetch(url, { method: 'PUT', headers: { 'Content-Type': 'application/json', 'If-Match': got.headers.get('ETag') ?? '' }, body: JSON.stringify({ ...item.value, ...(c as object) }) })
    return put.status
  }, [id, change] as const)

const queue = (page: Page) => page.evaluate(async (q) => (await fetch(`/api/v1/settings/queues/${q}`)).json() as Promise<{ value?: Record<string, unknown> }>, id)

describe('the settings', () => {
  let page: Page
  beforeAll(async () => {
    const box = demo()
    page = await open(box)
    await signIn(page, 'admin', box.password)
  })

  test('a queue is made, and what is wrong is told under its field', async () => {
    await page.goto('/settings')
    await page.getByPlaceholder(/搜索设置/).fill('队列')
    await page.getByRole('link', { name: '队列', exact: true }).click()
    await page.getByRole('button', { name: '新建' }).first().click()
    await field(page, 'name').fill('试驾预约')
    await save(page)
    await page.getByText('必填').first().waitFor()
    await field(page, 'id').fill('q_appointment')
    await save(page)
    await page.locator('#doc_id_help').waitFor() // there is one of that id
    await field(page, 'id').fill(id)
    await field(page, 'wrap_up').fill('45')
    await save(page)
    await listed(page).waitFor()
    expect((await queue(page)).value).toMatchObject({ name: '试驾预约', wrap_up: 45, tell_hold_time: true, strategy: 'longest_idle' })
    forgive(/status of 4(09|22)/)
  })

  test('two people change it at once, and nothing is lost', async () => {
    await listed(page).click()
    await field(page, 'name').fill('试驾')
    expect(await elsewhere(page, { wrap_up: 60 })).toBe(200)
    await save(page)
    await page.getByText('别人同时修改了这里').waitFor()
    await picture(page, 'settings-conflict')
    await answer(page, '合并保存')
    await listed(page).waitFor()
    expect((await queue(page)).value).toMatchObject({ name: '试驾', wrap_up: 60 })
    // The same field: one of them has to give way.
    await listed(page).click()
    await field(page, 'name').fill('甲')
    expect(await elsewhere(page, { name: '乙' })).toBe(200)
    await save(page)
    await answer(page, '放弃我的，采用对方的')
    await expect.poll(() => field(page, 'name').inputValue()).toBe('乙')
    forgive(/status of 412/)
  })

  test('leaving with changes asks first', async () => {
    await field(page, 'name').fill('丙')
    await page.getByRole('link', { name: '设置', exact: true }).first().click()
    await answer(page, /留\s?下/)
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    expect(await field(page, 'name').inputValue()).toBe('丙')
    await page.getByRole('link', { name: '设置', exact: true }).first().click()
    await answer(page, /离\s?开/)
    await page.getByPlaceholder(/搜索设置/).waitFor()
  })

  test('it is deleted by name, and the history brings it back', async () => {
    await page.goto('/settings/queues')
    await page.getByRole('button', { name: new RegExp(`^删除：.*${id}`) }).click()
    await page.locator('.ant-modal-confirm-title', { hasText: `删除“乙（${id}）”？` }).waitFor()
    await answer(page, /删\s?除/)
    await listed(page).waitFor({ state: 'detached' })
    await page.goto('/settings/history')
    await page.getByRole('link', { name: '与上一版比较' }).first().click()
    await page.locator('.diff').getByText(id).first().waitFor()
    await picture(page, 'settings-history')
    await page.getByRole('button', { name: '撤销上一次修改' }).click()
    await page.getByRole('dialog').getByText(id).first().waitFor()
    await answer(page, /恢\s?复/)
    await page.getByText(/已恢复版本/).waitFor()
    expect((await queue(page)).value).toMatchObject({ name: '乙' })
    await page.goto('/settings/queues')
    await page.getByRole('button', { name: new RegExp(`^删除：.*${id}`) }).click()
    await answer(page, /删\s?除/)
    await listed(page).waitFor({ state: 'detached' })
  })

  test('rules are put in another order by the keyboard, and back', async () => {
    await page.goto('/settings/outbound-rules')
    const first = page.locator('tbody .ant-table-row').first().getByRole('link').first()
    const name = (await first.textContent()) ?? ''
    await page.getByRole('button', { name: `下移：${name}` }).focus()
    await page.keyboard.press('Enter')
    await page.getByText('顺序已更新').waitFor()
    await expect.poll(() => first.textContent()).not.toBe(name)
    await page.getByRole('button', { name: /撤\s?销/ }).click()
    await expect.poll(() => first.textContent()).toBe(name)
  })
})
