import { expect, it } from 'vitest'

import { treeOf, wayTo } from './WrapUp'

const list = [
  { id: 'book', name: '预约', key: '1', group: true },
  { id: 'booked', name: '成功', key: '1', in: 'book' },
  { id: 'moved', name: '改期', in: 'book' },
  { id: 'other', name: '其他', key: '9' },
]

it('makes a tree of dispositions, with their digits', () => {
  expect(treeOf(list)).toEqual([
    { value: 'book', label: '1 预约', children: [{ value: 'booked', label: '1 成功' }, { value: 'moved', label: '改期' }] },
    { value: 'other', label: '9 其他' },
  ])
})
it('finds the way down to one', () => {
  expect(wayTo(list, 'moved')).toEqual(['book', 'moved'])
  expect(wayTo(list, 'gone')).toEqual([])
})
