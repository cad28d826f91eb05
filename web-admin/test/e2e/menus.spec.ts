import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'

import { demo, open, picture, signIn } from './browser'

describe('the menus', () => {
  let page: Page
  beforeAll(async () => {
    const box = demo()
    page = await open(box)
    await signIn(page, 'admin', box.password)
  })

  test('the one that callers hear is drawn, and rehearsed by the keys of a telephone', async () => {
    await page.getByRole('link', { name: '语音菜单' }).click()
    await page.getByRole('link', { name: 'main' }).or(page.locator('tbody a').first()).first().click()
    await page.locator('.menu-box').first().waitFor()
    expect(await page.locator('.menu-box').count()).toBeGreaterThan(5)
    await page.getByRole('tab', { name: '试拨' }).click()
    const pad = page.getByRole('group', { name: '拨号盘' })
    await pad.getByRole('button', { name: '按 1', exact: true }).click()
    await page.locator('.story').getByText('→ queue').waitFor()
    await page.locator('.menu-box.heard').first().waitFor()
    await picture(page, 'menu-rehearsed')
  })

  test('a new one is made by the list, told what it lacks, undone and published', async () => {
    await page.goto('/menus')
    await page.getByRole('button', { name: '新建菜单' }).click()
    await page.getByLabel('名称').fill('试验菜单')
    await page.getByLabel('编号').fill('trial')
    await page.getByRole('button', { name: /建\s?立/ }).click()
    await page.getByText('列表', { exact: true }).click()
    const append = async (kind: string) => {
      await page.getByRole('button', { name: '添加节点' }).click()
      await page.getByRole('menuitem', { name: kind, exact: true }).click()
    }
    await append('播放')
    await append('进入队列')
    const outline = page.getByRole('list', { name: '列表' })
    await outline.getByText('queue').first().waitFor()
    await page.getByText('没有任何路径到达这里').first().waitFor() // nothing leads to the queue yet
    expect(await page.getByRole('button', { name: /发\s?布/ }).isDisabled()).toBe(true)
    const choose = async (label: string, option: string) => {
      await page.getByRole('region', { name: '节点属性' }).getByLabel(label, { exact: true }).click()
      await page.locator('.ant-select-dropdown:visible .ant-select-item-option', { hasText: option }).first().click()
      await page.locator('.ant-select-dropdown:visible').waitFor({ state: 'hidden' })
    }
    await choose('队列', '人工服务')
    await outline.getByRole('button', { name: /^play/ }).click()
    await choose('下一步', 'queue')
    await page.getByRole('group', { name: '播放内容' }).getByRole('button', { name: '添加一句' }).click()
    await page.getByRole('group', { name: '播放内容' }).getByLabel('录音').click()
    await page.keyboard.type('welcome')
    await page.locator('.ant-select-dropdown:visible .ant-select-item-option', { hasText: 'welcome' }).first().click()
    await page.locator('.ant-select-dropdown:visible').waitFor({ state: 'hidden' })
    await page.getByText('没有问题，可以发布').waitFor()
    await page.getByRole('button', { name: '删除节点' }).click()
    await outline.getByRole('button', { name: /^play/ }).waitFor({ state: 'detached' })
    await page.getByRole('button', { name: '撤销' }).click()
    await page.getByText('没有问题，可以发布').waitFor()
    await page.getByRole('button', { name: /发\s?布/ }).click()
    await page.getByRole('dialog').getByRole('button', { name: /发\s?布/ }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.getByRole('tab', { name: '版本' }).click()
    await page.getByText('第 1 版').waitFor()
    await picture(page, 'menu-outline')
    const published = await page.evaluate(async () => (await (await fetch('/api/v1/settings/flows/trial')).json()) as { published: number })
    expect(published.published).toBe(1)
  })
})
