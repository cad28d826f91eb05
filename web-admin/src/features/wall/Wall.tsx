import { memo, useEffect, useMemo, useRef, useState } from 'react'

import { type Board, Ring, total } from './board'
import { length } from '@/ui/length'
import { useSecond } from '@/ui/second'
import { Day } from './Day'
import { QueuePage } from './QueuePage'
import { follow, type Link } from './stream'
import { say } from './words'

/** How long a page stays, in s: "turn" of the address, at least 5. And how many queues stand on one. */
const turn = Math.max(5, Number(new URLSearchParams(window.location.search).get('turn')) || 15)
const rows = 8
/** The line of who waited holds the last hour, a value each 30 s. */
const history = 120
const every = 30

/** The screen on the wall: pages that take turns, in one fixed frame. */
export function Wall({ token }: { token: string }) {
  const [board, setBoard] = useState<Board>()
  const [link, setLink] = useState<Link>('heard')
  useEffect(() => {
    const end = new AbortController()
    void follow(token, setBoard, setLink, end.signal)
    return () => end.abort()
  }, [token])
  const path = useHistory(board)
  const pages = 1 + (board && board.queues.length > 1 ? Math.ceil(board.queues.length / rows) : 0)
  return (
    <div className="wall">
      <Head board={board} link={link} pages={pages} />
      {board ? <Page board={board} pages={pages} path={path} /> : <div className="wall-empty">{link === 'denied' ? say('denied') : say('loading')}</div>}
    </div>
  )
}

/** The line of how many waited. */
function useHistory(board: Board | undefined): string {
  const ring = useRef(new Ring(history))
  const last = useRef(0)
  const [path, setPath] = useState('')
  useEffect(() => {
    const now = Date.now() / 1000
    if (!board || now - last.current < every) return
    last.current = now
    ring.current.add(total(board).waiting)
    setPath(ring.current.path(1000, 100))
  }, [board])
  return path
}

/** Which page is on, by the clock: all screens of a house turn together. */
const usePage = (pages: number) => Math.floor(useSecond() / turn) % pages

function Page({ board, pages, path }: { board: Board; pages: number; path: string }) {
  const page = usePage(pages)
  const sum = useMemo(() => total(board), [board])
  const part = useMemo(() => board.queues.slice((page - 1) * rows, page * rows), [board, page])
  return page === 0 ? <Day sum={sum} agents={board.agents} path={path} /> : <QueuePage queues={part} />
}

const Head = memo(function Head({ board, link, pages }: { board?: Board; link: Link; pages: number }) {
  const now = new Date(useSecond() * 1000)
  const page = usePage(pages)
  const age = board ? Math.max(0, Math.round((now.getTime() - Date.parse(board.at)) / 1000)) : 0
  const off = link !== 'heard' || age > 20
  return (
    <header className={off ? 'wall-head off' : 'wall-head'}>
      <span className="wall-title">{page === 0 ? say('today') : say('queues')}</span>
      <span className="wall-dots" aria-hidden>{Array.from({ length: pages }, (_, i) => <i key={i} className={i === page ? 'on' : ''} />)}</span>
      <span className="wall-age" role="status">{off ? say(link === 'denied' ? 'denied' : 'offline', { age: length(age) }) : say('age', { age })}</span>
      <span className="wall-clock">{now.toTimeString().slice(0, 8)}</span>
    </header>
  )
})
