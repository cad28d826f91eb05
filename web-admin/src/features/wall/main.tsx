import { createRoot } from 'react-dom/client'

import { reloadAtNight } from './clock'
import { Wall } from './Wall'
import './wall.css'
import { say } from './words'

document.title = `${say('title')} · Dealerline`
reloadAtNight()
createRoot(document.getElementById('wall')!).render(<Wall token={new URLSearchParams(window.location.search).get('token') ?? ''} />)
