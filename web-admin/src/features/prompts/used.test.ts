import { expect, it } from 'vitest'

import type { Schemas } from '@/api/client'
import { rowsOf, usedPrompts } from './used'

const document = {
  queues: [{ id: 'q', name: '预约', whisper: 'to_queue', announce: { entry: 'hello', periodic: ['thanks', 'hello'] }, callback: {} }],
  agents: [{ id: '1001', name: '王芳', greeting: 'to_queue' }],
  flows: [{ id: 'main', title: '总机', published: 2, versions: [
    { version: 1, flow: { entry: 'a', nodes: { a: { kind: 'play', say: ['gone'] } } } },
    { version: 2, flow: { entry: 'a', nodes: { a: { kind: 'menu', say: ['welcome', { recording: 'hours' }, { number: '$position' }, '$var'], say_invalid: ['invalid'] } } } },
  ] }],
} as unknown as Schemas['SettingsDocument']

it('finds what queues, agents and the menus in force speak', () => {
  const used = usedPrompts(document)
  expect([...used.keys()].sort()).toEqual(['hello', 'hours', 'invalid', 'thanks', 'to_queue', 'welcome'])
  expect(used.get('to_queue')).toEqual(['预约', '王芳'])
  expect(used.get('hello')).toEqual(['预约'])
})

it('tells in which languages a recording is missing', () => {
  const list = [{ id: 'welcome', language: 'zh-CN', own: true, seconds: 3 }, { id: 'jazz', language: 'music', own: false, seconds: 60 }]
  const rows = rowsOf(list, usedPrompts(document), { '101': 'welcome' }, ['zh-CN', 'en'])
  expect(rows.find((r) => r.id === 'welcome')).toMatchObject({ number: '101', missing: ['en'], used: ['总机'] })
  expect(rows.find((r) => r.id === 'hours')?.missing).toEqual(['zh-CN', 'en'])
  expect(rows.some((r) => r.id === 'jazz')).toBe(false)
})
