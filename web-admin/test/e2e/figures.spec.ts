import { expect, test } from 'vitest'

import { demo, open, picture, signIn } from './browser'

test('a figure says what it means, leads to its calls, and is given out', async () => {
  const box = demo()
  const page = await open(box)
  await signIn(page, 'admin', box.password)
  // What stands on the page is of a report that the test knows; the box is young and has none to show.
  const measures = [
    ['offered', '请求人工', 'count', 0], ['answered', '人工接听', 'count', 0], ['service_level', '服务水平', 'percent', 1], ['asa', '平均应答速度', 'seconds', -1], ['aht', '平均处理时长', 'seconds', 0],
    ['abandon_rate', '放弃率', 'percent', -1], ['connect_in', '呼入接通率', 'percent', 1], ['dialled', '外呼次数', 'count', 0], ['connect_out', '外呼接通率', 'percent', 1],
  ].map(([id, name, unit, good]) => ({ id, name, unit, good, calls: true, formula: `${name}：进入队列后 20 秒内接听的电话数 ÷ 有效请求。` }))
  const figure = (n: number) => measures.map((m) => (m.unit === 'count' ? { n, d: 0, value: n } : m.unit === 'percent' ? { n: 3 * n, d: 4 * n, value: 0.5 + (n % 5) / 10 } : { n: 20 * n, d: n, value: 20 + n }))
  await page.route(/api\/v1\/reports\/(intervals|hours|queues)\?/, async (r) => {
    const kind = /reports\/(\w+)/.exec(r.request().url())![1]!
    const keys = kind === 'hours' ? Array.from({ length: 60 }, (_, i) => `${(i % 7) + 1} ${String(8 + (i % 10)).padStart(2, '0')}`) : kind === 'queues' ? ['预约保养维修', '事故理赔', '道路救援'] : Array.from({ length: 36 }, (_, i) => `2026-11-23 ${String(9 + Math.floor(i / 4)).padStart(2, '0')}:${['00', '15', '30', '45'][i % 4]}`)
    await r.fulfill({ json: {
      kind, name: '时段', from: '2026-11-22T16:00:00Z', to: '2026-11-23T16:00:00Z', service_level: 'offered', within: 20, short: 5, whole: true, measures, total: figure(421), before: figure(380),
      rows: [...new Set(keys)].map((key, i) => ({ key, name: key, figures: figure(5 + ((i * 7) % 13)) })),
    } })
  })
  await page.route(/api\/v1\/reports\/intervals\/calls/, (r) => r.fulfill({ json: { items: [{ id: 'x', direction: 'inbound', from: '13800138000', to: '100', line: 'l', card: { name: '王建国', number: '13800138000' }, started_at: '2026-11-23T02:00:00Z', connected_at: '2026-11-23T02:00:20Z', ended_at: '2026-11-23T02:02:20Z', disposition: 'answered', cause: 'normal_clearing' }] } }))
  await page.goto('/figures')
  await page.locator('.figures-tile').first().waitFor()
  const name = page.getByRole('button', { name: '服务水平', exact: true })
  await name.click()
  expect(await name.getAttribute('aria-pressed')).toBe('true')
  await page.getByRole('button', { name: '服务水平的公式' }).click()
  await page.getByText('进入队列后 20 秒内接听的电话数').first().waitFor()
  await page.keyboard.press('Escape')
  await page.mouse.move(10, 400)
  await page.locator('canvas').first().waitFor()
  await picture(page, 'figures-intervals')
  expect(await page.locator('.figures-tile', { hasText: '请求人工' }).locator('b').textContent()).toBe('421')
  await page.locator('.figures-tile', { hasText: '请求人工' }).getByRole('button', { name: '查看通话' }).click()
  await page.locator('.ant-drawer li').first().waitFor()
  await picture(page, 'figures-calls')
  await page.keyboard.press('Escape')
  const download = page.waitForEvent('download')
  await page.getByRole('link', { name: '导出 Excel' }).click()
  expect((await download).suggestedFilename()).toBe('intervals.xlsx')
  for (const kind of ['星期×小时', '队列', '工单']) {
    await page.locator('.figures-kinds').getByText(kind, { exact: true }).click()
    await page.locator('.figures-tile').first().waitFor()
    await page.waitForTimeout(300)
    await picture(page, `figures-${kind.replace('×', '-')}`)
  }
  expect(new URL(page.url()).searchParams.get('kind')).toBe('tickets')
})
