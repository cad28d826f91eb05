import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { Box } from './box'
import { demo, forgive, open, picture, signIn } from './browser'

describe('the door', () => {
  test('says what is wrong, and lets in who knows the password', async () => {
    const box = demo()
    const page = await open(box)
    await page.goto('/calls')
    await picture(page, 'sign-in')
    await page.locator('input[autocomplete=username]').fill('admin')
    await page.locator('input[autocomplete=current-password]').fill('wrong')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').waitFor()
    forgive(/status of 401/)
    await page.locator('input[autocomplete=current-password]').fill(box.password)
    await page.keyboard.press('Enter')
    await page.locator('.shell').waitFor()
    expect(new URL(page.url()).pathname).toBe('/calls')
  })

  test('comes back where one was when the session ends', async () => {
    const box = demo()
    const page = await open(box)
    await signIn(page, 'admin', box.password)
    await page.getByRole('link', { name: '客户', exact: true }).click()
    await page.locator('table').waitFor()
    await page.context().clearCookies()
    await page.getByRole('link', { name: '车辆' }).click()
    await page.locator('input[autocomplete=current-password]').waitFor()
    expect(await page.locator('input[autocomplete=username]').inputValue()).toBe('admin')
    await page.locator('input[autocomplete=current-password]').fill(box.password)
    await page.keyboard.press('Enter')
    await page.locator('input[autocomplete=current-password]').waitFor({ state: 'detached' })
    await page.locator('table').waitFor()
    expect(new URL(page.url()).pathname).toBe('/vehicles')
    forgive(/status of 401/)
  })
})

describe('a new box', () => {
  let box: Box
  beforeAll(async () => {
    box = await Box.start()
  })
  afterAll(() => box.stop())

  test('asks for its setup code, and names the field that is wrong', async () => {
    const page = await open(box)
    await page.goto('/')
    const code = page.getByLabel('安装码')
    await code.fill('AAAA-BBBB-CCCC')
    await page.locator('input[autocomplete=name]').fill('张晓')
    await page.locator('input[autocomplete=username]').fill('admin')
    await page.locator('input[autocomplete=new-password]').fill(box.password)
    await page.keyboard.press('Enter')
    await page.locator('.ant-alert-error, .ant-form-item-explain-error').first().waitFor()
    forgive(/status of 4\d\d/)
    await picture(page, 'first-admin-wrong-code')
    await code.fill(box.setupCode)
    await page.keyboard.press('Enter')
    await page.locator('.shell').waitFor()
  })
})
