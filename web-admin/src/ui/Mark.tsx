import type { ReactNode } from 'react'

/** What a mark says by its colour; the words in it say the same. */
export type Tone = 'good' | 'busy' | 'warn' | 'bad' | 'off'

/** A word or two that stand out, in colours that can be read on their ground. */
export function Mark({ tone = 'off', children }: { tone?: Tone; children: ReactNode }) {
  return <span className={`mark ${tone}`}>{children}</span>
}
