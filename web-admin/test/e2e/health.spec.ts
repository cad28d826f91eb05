import { describe, expect, test } from 'vitest'

import { demo, open, picture, signIn } from './browser'

describe('the health page', () => {
  test('has a lamp for each line and says what to do', async () => {
    const box = demo()
    const page = await open(box)
    await signIn(page, 'admin', box.password)
    await page.getByRole('link', { name: '健康' }).click()
    const lines = page.getByRole('region', { name: '线路' })
    await lines.getByText('line1', { exact: true }).waitFor()
    expect(await lines.locator('li').count()).toBeGreaterThanOrEqual(8)
    await page.getByRole('region', { name: '需要处理' }).getByText('没有话机注册').first().waitFor() // the two phones that are left to people
    await picture(page, 'health')
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: '下载诊断包' }).click()])
    expect(file.suggestedFilename()).toBe('dealerline-diagnostics.zip')
  })

  test('shows a line that is pulled out, and that it is back', async () => {
    const box = demo()
    const page = await open(box)
    await signIn(page, 'admin', box.password)
    await page.goto('/health')
    const line = page.getByRole('region', { name: '线路' }).locator('li', { hasText: 'line8' })
    await line.waitFor()
    await box.exchange('POST', '/lines/8/cut')
    await line.getByText('告警').waitFor({ timeout: 4000 })
    await page.getByRole('region', { name: '需要处理' }).getByText('模拟线 line8 没有电').waitFor()
    await box.exchange('POST', '/lines/8/mend')
    await line.getByText('空闲').waitFor({ timeout: 6000 })
  })
})
