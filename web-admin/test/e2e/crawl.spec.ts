import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'

import { demo, open, picture, signIn } from './browser'

const axe = readFileSync(resolve(import.meta.dirname, '../../node_modules/axe-core/axe.min.js'), 'utf8')

/** Every page that can be reached without something's name in its address. */
const routes: string[] = [...readFileSync(resolve(import.meta.dirname, '../../src/app/router.tsx'), 'utf8').matchAll(/path: '(\/[^'$]+)'/g)]
  .map((m) => m[1] as string)

interface Finding {
  id: string
  impact: string
  nodes: { html: string; failureSummary: string }[]
}

/** What axe finds that keeps people from using the page. */
async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(axe)
  const found = await page.evaluate(async () => {
    const run = (globalThis as unknown as { axe: { run: (where: unknown, o: unknown) => Promise<{ violations: Finding[] }> } }).axe
    return (await run.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] })).violations
  })
  return found
    .filter((f) => f.impact === 'critical' || f.impact === 'serious')
    .flatMap((f) => f.nodes.map((n) => `${f.id}: ${n.html.slice(0, 200)} — ${n.failureSummary.split('\n').slice(1, 3).join(' ')}`))
}

/** Names of words that stand on the page instead of the words. */
function rawKeys(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = []
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let n = walk.nextNode(); n; n = walk.nextNode()) {
      const text = n.textContent?.trim() ?? ''
      if (/^[a-z][A-Za-z]+(\.[a-zA-Z_-]+)+$/.test(text)) found.push(text)
    }
    return found
  })
}

const overflow = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)

/** Waits until the page has nothing more to fetch. */
async function settled(page: Page) {
  await page.locator('main, [role=main]').first().waitFor()
  await page.locator('.ant-spin-spinning, .ant-skeleton-active').first().waitFor({ state: 'detached', timeout: 15_000 })
  await page.waitForTimeout(150)
}

const name = (route: string) => route.slice(1).replaceAll('/', '-') || 'home'

describe('every page', () => {
  let page: Page
  beforeAll(async () => {
    const box = demo()
    page = await open(box)
    await signIn(page, 'admin', box.password)
  })

  test.each(routes)('%s: for everybody, on every screen, in both languages', async (route) => {
    const faults: string[] = []
    for (const [lang, scheme] of [['zh-CN', 'light'], ['en', 'dark']] as const) {
      await page.evaluate((l) => localStorage.setItem('language', l), lang)
      await page.emulateMedia({ colorScheme: scheme })
      await page.setViewportSize({ width: 1366, height: 768 })
      await page.goto(route)
      await settled(page)
      await picture(page, `${name(route)}-${scheme}`)
      faults.push(...(await barriers(page)).map((f) => `${scheme}: ${f}`), ...(await rawKeys(page)).map((k) => `${lang}: raw ${k}`))
      for (const width of scheme === 'light' ? [1920, 768, 320] : []) {
        await page.setViewportSize({ width, height: 900 })
        await page.waitForTimeout(100)
        if ((await overflow(page)) > 0) {
          faults.push(`${width} px: the page scrolls sideways by ${await overflow(page)} px`)
        }
        if (width === 320) await picture(page, `${name(route)}-320`)
      }
    }
    expect(faults).toEqual([])
  })
})
