import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, afterEach, expect, inject } from 'vitest'

import { Box } from './box'

const pictures = process.env.PICTURES ?? resolve(import.meta.dirname, '../../../var/console')

let browser: Promise<Browser> | undefined

/** Debian's Chromium, one for each file of tests. */
export function chrome(args: string[] = []): Promise<Browser> {
  browser ??= chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', ...args] })
  return browser
}

afterAll(async () => {
  await (await browser)?.close()
  browser = undefined
})

/** The demo's box, which all files of tests share. */
export function demo(): Box {
  const { dir, url, local } = inject('demo')
  return Box.at(dir, url, local)
}

/** What pages have complained of since the last test: errors, breaches of the page's policy, requests to elsewhere. */
const complaints: string[] = []

afterEach(() => {
  const said = complaints.splice(0)
  expect(said, 'complaints of the browser').toEqual([])
})

/** Forgives complaints that a test has provoked. */
export function forgive(pattern: RegExp) {
  complaints.splice(0, complaints.length, ...complaints.filter((c) => !pattern.test(c)))
}

/** A window of its own, of which every complaint is a failure. */
export async function open(box: Box, o: BrowserContextOptions = {}, args: string[] = []): Promise<Page> {
  const context = await (await chrome(args)).newContext({ ignoreHTTPSErrors: true, viewport: { width: 1366, height: 768 }, baseURL: box.url, ...o })
  context.on('page', (p) => listen(p, box))
  return context.newPage()
}

function listen(page: Page, box: Box) {
  page.on('console', (m) => {
    if (m.type() === 'error' || m.type() === 'warning') complaints.push(`${m.type()}: ${m.text()} at ${page.url()} (${m.location().url})`)
  })
  page.on('pageerror', (e) => complaints.push(`thrown: ${e.message} at ${page.url()}`))
  page.on('request', (r) => {
    const u = new URL(r.url())
    if (!['data:', 'blob:'].includes(u.protocol) && u.host !== new URL(box.url).host) complaints.push(`request to ${r.url()}`)
  })
}

/** Signs in at the door. */
export async function signIn(page: Page, login: string, password: string) {
  await page.goto('/')
  await page.locator('input[autocomplete=username]').fill(login)
  await page.locator('input[autocomplete=current-password]').fill(password)
  await page.keyboard.press('Enter')
  await page.locator('.shell').waitFor()
  forgive(/401.*\/api\/v1\/session\)/) // by which the page learns that nobody is signed in yet
}

/** Keeps a picture of the page for the eye: var/console/NAME.png. */
export async function picture(page: Page, name: string) {
  mkdirSync(pictures, { recursive: true })
  await page.screenshot({ path: join(pictures, `${name}.png`), animations: 'disabled' })
}
