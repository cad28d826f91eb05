import { type Key, type ReactNode, useCallback, useRef, useState } from 'react'

interface Props<T> {
  items: T[]
  /** The height of a line, in px. */
  line: number
  /** How many lines are seen at most before it scrolls. */
  lines: number
  label: string
  keyOf: (item: T) => Key
  children: (item: T, index: number) => ReactNode
}

/** How many lines are there above and below what is seen. */
const margin = 6

/** A list of any length of which only the lines that are seen are there. */
export function Virtual<T>({ items, line, lines, label, keyOf, children }: Props<T>) {
  const box = useRef<HTMLDivElement>(null)
  const [top, setTop] = useState(0)
  const onScroll = useCallback(() => setTop(Math.floor((box.current?.scrollTop ?? 0) / line)), [line])
  const first = Math.max(0, Math.min(top, items.length - lines) - margin)
  const shown = items.slice(first, first + lines + 2 * margin)
  return (
    <div ref={box} className="virtual" style={{ height: Math.min(items.length, lines) * line }} onScroll={onScroll} tabIndex={0} role="region" aria-label={label}>
      <div role="list" style={{ height: items.length * line, position: 'relative' }}>
        <div role="presentation" style={{ transform: `translateY(${first * line}px)` }}>
          {shown.map((item, i) => (
            <div key={keyOf(item)} role="listitem" aria-setsize={items.length} aria-posinset={first + i + 1} style={{ height: line }}>
              {children(item, first + i)}
            </div>
          ))}
        </div>
      </div>
    </div>
  )
}
