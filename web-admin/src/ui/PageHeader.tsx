import type { ReactNode } from 'react'
import { useEffect } from 'react'

/** The name of a page, also in the browser's title, and what can be done there. */
export function PageHeader({ title, children }: { title: string; children?: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Dealerline`
  }, [title])
  return (
    <div className="page-head">
      <h1>{title}</h1>
      {children}
    </div>
  )
}
