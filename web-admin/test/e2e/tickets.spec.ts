import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'

import { demo, forgive, open, picture, signIn } from './browser'

/** Does a change by its button and dialog. */
async function act(page: Page, name: string, fill: (dialog: ReturnType<Page['getByRole']>) => Promise<void>) {
  await page.getByRole('button', { name, exact: true }).click()
  const dialog = page.getByRole('dialog')
  await fill(dialog)
  await dialog.getByRole('button', { name, exact: true }).click()
  await dialog.waitFor({ state: 'detached' })
}

describe('a ticket', () => {
  let page: Page
  beforeAll(async () => {
    const box = demo()
    page = await open(box)
    await signIn(page, 'admin', box.password)
  })

  test('is opened, worked on, and says what is missing before it may be closed', async () => {
    await page.goto('/tickets')
    await page.getByRole('button', { name: '新建工单' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: '建 立' }).or(dialog.getByRole('button', { name: '建立' })).click()
    await dialog.getByText('必填').first().waitFor()
    await dialog.getByLabel('类型').click()
    await page.getByTitle('道路救援').click()
    await dialog.getByLabel('主题').fill('高速抛锚')
    await dialog.getByLabel('电话').fill('13800138000')
    await page.keyboard.press('Enter')
    await dialog.getByLabel('客户原话').fill('车停在 G4 应急车道，打不着火')
    await picture(page, 'ticket-new')
    await dialog.getByRole('button', { name: /建\s?立/ }).click()
    await page.waitForURL(/\/tickets\/[^/]+$/)
    await page.getByRole('heading', { name: /高速抛锚/ }).waitFor()
    await page.getByText('车停在 G4 应急车道').waitFor()
    await picture(page, 'ticket')
    await page.getByLabel('写一条备注').fill('已联系拖车')
    await page.keyboard.press('Control+Enter')
    await page.locator('.story .said', { hasText: '已联系拖车' }).waitFor()
    await act(page, '处理完成', (d) => d.getByLabel('内容').fill('现场搭电'))
    await page.locator('.page-head').getByText('已处理待回访').waitFor()
    await page.getByRole('button', { name: /关\s?闭/ }).click()
    const closing = page.getByRole('dialog')
    await closing.getByRole('button', { name: /关\s?闭/ }).last().click()
    await closing.getByRole('alert').getByText('尚无有效的客户回访').waitFor()
    forgive(/409.*close/)
    await page.keyboard.press('Escape')
  })

  test('is found on the board, among the days, and by words', async () => {
    for (const view of ['看板', '日程']) {
      await page.goto('/tickets')
      await page.getByText(view, { exact: true }).click()
      await page.locator('.ticket-card', { hasText: '高速抛锚' }).first().waitFor()
      await picture(page, `tickets-${view === '看板' ? 'board' : 'agenda'}`)
    }
    await page.goto('/tickets')
    await page.getByLabel('编号、车牌、电话或文字').fill('应急车道')
    await page.keyboard.press('Enter')
    await page.locator('tbody').getByText('高速抛锚').waitFor()
    expect(new URL(page.url()).searchParams.get('q')).toBe('应急车道')
  })

  test('whoever comes second sees that it was changed', async () => {
    await page.goto('/tickets?q=应急车道')
    await page.locator('tbody a').first().click()
    const url = page.url()
    await page.getByRole('button', { name: '重新打开' }).click()
    await page.getByRole('dialog').getByLabel('原因').fill('客户又打来')
    const id = url.split('/').at(-1) as string
    await page.evaluate(async (id) => {
      const now = (await (await fetch(`/api/v1/tickets/${id}`)).json()) as { rev: number; owner: string }
      await fetch(`/api/v1/tickets/${id}/owner`, {
        method: 'POST', headers: { 'content-type': 'application/json', 'if-match': `"${now.rev}"` },
        body: JSON.stringify({ to: ((await (await fetch('/api/v1/tickets/people')).json()) as { items: { id: string; role?: string }[] }).items.find((p) => p.role && p.id !== now.owner)?.id }),
      })
    }, id)
    await page.getByRole('dialog').getByRole('button', { name: '重新打开' }).click()
    await page.getByRole('dialog').locator('.ant-alert').waitFor()
    expect(await page.getByRole('dialog').getByLabel('原因').inputValue()).toBe('客户又打来')
    forgive(/412/)
    await page.getByRole('dialog').getByRole('button', { name: '重新打开' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  })
})
