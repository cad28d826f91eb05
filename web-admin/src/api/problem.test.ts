import { describe, expect, it } from 'vitest'

import { pathOf, problemOf } from './problem'

describe('a problem', () => {
  it('names the field of a form', () => {
    expect(pathOf('body.phones[0].number')).toEqual(['phones', '0', 'number'])
    expect(pathOf('body')).toEqual([])
  })
  it('keeps what the box said', () => {
    const p = problemOf({ code: 'queue.full', detail: '满了', errors: [{ location: 'body.name', message: '必填', code: 'x' }] }, new Response('', { status: 422 }))
    expect([p.status, p.code, p.message, p.fields]).toEqual([422, 'queue.full', '满了', [{ path: ['name'], message: '必填' }]])
  })
  it('knows that the box cannot be reached', () => {
    expect(problemOf(undefined, undefined, new Error('failed to fetch')).offline).toBe(true)
  })
})
