import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type IncomingMessage, request } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const program = process.env.DEALERLINE ?? resolve(import.meta.dirname, '../../../bin/appliance')

export interface Options {
  /** With the demo dealership: at most one on a machine, for its carrier has fixed ports. */
  demo?: boolean
  /** Ends the boot file. */
  more?: string
}

/** A port that nobody uses at this moment. */
export async function freePort(): Promise<number> {
  const s = createServer().listen(0, '127.0.0.1')
  await once(s, 'listening')
  const { port } = s.address() as { port: number }
  s.close()
  await once(s, 'close')
  return port
}

/** The real program, with a data directory and ports of its own. */
export class Box {
  private process?: ChildProcess

  private constructor(
    readonly dir: string,
    readonly url: string,
    /** Where the box says how it does, and its simulated exchange is told what to do. */
    readonly local: string,
    readonly sip: number,
    private readonly demo: boolean,
  ) {}

  static async start(o: Options = {}): Promise<Box> {
    const dir = mkdtempSync(join(tmpdir(), 'console-'))
    const [https, http, local, sip] = [await freePort(), await freePort(), await freePort(), await freePort()]
    writeFileSync(join(dir, 'box.toml'), [
      `data_dir = "${dir}/data"`, 'log_level = "info"',
      '[sip]', `listen = ["udp://127.0.0.1:${sip}", "tcp://127.0.0.1:${sip}"]`,
      '[media]', 'address = "127.0.0.1"',
      '[web]', `listen = "127.0.0.1:${https}"`, `plain = "127.0.0.1:${http}"`,
      '[local]', `listen = "127.0.0.1:${local}"`,
      '[recording]', 'min_free_mb = 64',
      '[dahdi]', 'enabled = "no"',
      '[exchange]', 'enabled = true',
      '[shutdown]', 'grace_seconds = 1', o.more ?? '',
    ].join('\n'))
    const box = new Box(dir, `https://127.0.0.1:${https}`, `http://127.0.0.1:${local}`, sip, o.demo ?? false)
    await box.run()
    return box
  }

  /** The address of a box that another test process has started. */
  static at(dir: string, url: string, local: string): Box {
    return new Box(dir, url, local, 0, true)
  }

  /** Starts the program, and waits until it answers. */
  async run() {
    const log = openSync(join(this.dir, 'log'), 'a')
    this.process = spawn(program, ['run', ...(this.demo ? ['-demo'] : []), '-config', join(this.dir, 'box.toml')], { stdio: ['ignore', log, log] })
    const file = join(this.dir, 'data', this.demo ? 'demo-password' : 'setup-code')
    for (let n = 0; ; n++) {
      const answered = await fetch(`${this.local}/healthz`).then((r) => r.ok, () => false)
      if (answered && (!this.demo || this.read(file))) return
      if (n > 300 || this.process.exitCode !== null) {
        await this.kill()
        throw new Error(`the box does not start:\n${this.log().slice(-2000)}`)
      }
      await new Promise((done) => setTimeout(done, 100))
    }
  }

  /** The demo's password. */
  get password(): string {
    return this.read(join(this.dir, 'data/demo-password')) ?? 'opensesame-2026'
  }

  /** What lets the first administrator in. */
  get setupCode(): string {
    return this.read(join(this.dir, 'data/setup-code')) ?? ''
  }

  /** Tells the simulated exchange what happens to its lines and people. */
  async exchange(method: string, path: string, body?: unknown): Promise<unknown> {
    const r = request({ socketPath: join(this.dir, 'data/control.sock'), path: `/exchange${path}`, method, headers: { 'content-type': 'application/json' } })
    r.end(body === undefined ? undefined : JSON.stringify(body))
    const [answer] = (await once(r, 'response')) as [IncomingMessage]
    const text = (await answer.toArray()).join('')
    if ((answer.statusCode ?? 500) >= 300) throw new Error(`${method} ${path}: ${answer.statusCode} ${text}`)
    return text === '' ? undefined : JSON.parse(text)
  }

  log(): string {
    return this.read(join(this.dir, 'log')) ?? ''
  }

  private read(file: string): string | undefined {
    try {
      return readFileSync(file, 'utf8').trim()
    } catch {
      return undefined
    }
  }

  /** Ends the program as a loss of power would. */
  async kill() {
    await this.end('SIGKILL')
  }

  /** Ends the program and removes what it has kept. */
  async stop() {
    await this.end('SIGTERM')
    rmSync(this.dir, { recursive: true, force: true })
  }

  private async end(signal: NodeJS.Signals) {
    const p = this.process
    if (!p || p.exitCode !== null || p.signalCode !== null) return
    const gone = once(p, 'exit')
    p.kill(signal)
    await gone
  }
}
