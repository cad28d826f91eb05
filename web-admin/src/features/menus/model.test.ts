import { describe, expect, test } from 'vitest'

import { add, connect, difference, edgesOf, type Flow, layers, placed, remove, rename, update } from './model'

const shop: Flow = {
  entry: 'welcome',
  nodes: {
    welcome: { kind: 'play', next: 'menu' },
    menu: { kind: 'menu', keys: { '1': 'repair', '0': 'desk', '#': 'menu' }, timeout: 'desk' },
    repair: { kind: 'queue', queue: 'q' },
    desk: { kind: 'branch', cases: [{ variable: 'vip', is: 'set', next: 'repair' }], otherwise: 'repair' },
  },
}

describe('a menu', () => {
  test('has the ways that are drawn, keys as on a telephone', () => {
    expect(edgesOf(shop).map((e) => `${e.from} ${e.port} ${e.to}`)).toEqual([
      'welcome next menu', 'menu keys.1 repair', 'menu keys.0 desk', 'menu keys.# menu', 'menu timeout desk', 'desk cases.0 repair', 'desk otherwise repair',
    ])
  })

  test('a node that goes takes the ways to it along', () => {
    const f = remove(shop, 'repair')
    expect(edgesOf(f).some((e) => e.to === 'repair')).toBe(false)
    expect(f.nodes.menu?.keys).toEqual({ '0': 'desk', '#': 'menu' })
    expect(remove(shop, 'welcome').entry).toBe('menu')
    expect(shop.nodes.repair).toBeDefined() // what was given is as it was
  })

  test('a node is renamed wherever it is named', () => {
    const f = rename(rename(shop, 'repair', 'service'), 'welcome', 'hello')
    expect(f.entry).toBe('hello')
    expect(edgesOf(f).filter((e) => e.to === 'service')).toHaveLength(3)
    expect(rename(shop, 'menu', 'desk')).toBe(shop)
    expect(rename(shop, 'menu', '')).toBe(shop)
  })

  test('ways are made and taken away', () => {
    let f = connect(shop, 'menu', 'keys.2', 'welcome')
    f = connect(f, 'welcome', 'next', '')
    f = connect(f, 'desk', 'cases.0', 'menu')
    expect(f.nodes.menu?.keys?.['2']).toBe('welcome')
    expect(f.nodes.welcome).toEqual({ kind: 'play' })
    expect(f.nodes.desk?.cases?.[0]?.next).toBe('menu')
  })

  test('a new node has a name of its own, and the first is the entry', () => {
    expect(add(shop, 'menu').name).toBe('menu2')
    expect(add({ entry: '', nodes: {} }, 'play').flow.entry).toBe('play')
  })

  test('is laid out from its entry, and what nobody reaches comes last', () => {
    const f = update(shop, 'welcome', { next: undefined })
    expect(layers(shop)).toEqual([['welcome'], ['menu'], ['repair', 'desk']])
    expect(layers(f)).toEqual([['welcome'], ['menu', 'repair', 'desk']])
    expect(placed(update(shop, 'menu', { at: [5, 7] })).get('menu')).toEqual({ x: 5, y: 7 })
  })

  test('versions differ by what they do, not by where nodes are drawn', () => {
    const moved = update(shop, 'menu', { at: [1, 2] })
    expect(difference(shop, moved)).toEqual({ added: [], removed: [], changed: [] })
    expect(difference(shop, add(connect(moved, 'menu', 'keys.3', 'desk'), 'play').flow)).toEqual({ added: ['play'], removed: [], changed: ['menu'] })
  })
})
