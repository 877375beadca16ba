import { spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'

/** What a browser did with an address. */
export interface Visit {
  /** Error of the page, such as `net::ERR_CERT_DATE_INVALID`; `undefined` when it was shown. */
  readonly error: string | undefined
  /** What the page says. */
  readonly text: string
}

/** A Chromium without a window, asked by its debugging pipe. */
export interface Browser {
  visit: (address: string) => Promise<Visit>
  close: () => Promise<void>
}

interface Answer {
  readonly id?: number
  readonly result?: {
    readonly targetId?: string
    readonly sessionId?: string
    readonly errorText?: string
    readonly result?: { readonly value?: string }
  }
}

/** @param home - Folder that stands for the user's: profile and trusted certificates are in it. */
export function startBrowser(command: string, home: string): Browser {
  const flags = ['--headless=new', '--no-sandbox', '--disable-gpu', '--remote-debugging-pipe']
  const rules = '--host-resolver-rules=MAP *.example.com 127.0.0.1,MAP web01 127.0.0.1'
  const child = spawn(
    command,
    [...flags, `--user-data-dir=${home}/profile`, rules, 'about:blank'],
    {
      env: { ...process.env, HOME: home },
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    },
  )
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const [input, output] = [child.stdio[3] as Writable, child.stdio[4] as Readable]
  const waiting = new Map<number, (answer: Answer) => void>()
  let received = ''
  output.setEncoding('utf8').on('data', (chunk: string) => {
    const messages = (received + chunk).split('\0')
    received = messages.pop() ?? ''
    for (const message of messages) {
      const answer = JSON.parse(message) as Answer
      if (answer.id !== undefined) waiting.get(answer.id)?.(answer)
    }
  })
  let last = 0
  const ask = async (method: string, params: object, sessionId?: string): Promise<Answer> => {
    last += 1
    const id = last
    const answered = new Promise<Answer>((resolve) => waiting.set(id, resolve))
    input.write(`${JSON.stringify({ id, method, params, sessionId })}\0`)
    return await answered
  }
  const visit = async (address: string): Promise<Visit> => {
    const { result: target } = await ask('Target.createTarget', { url: 'about:blank' })
    const { targetId } = target ?? {}
    const { result: session } = await ask('Target.attachToTarget', { targetId, flatten: true })
    const { result } = await ask('Page.navigate', { url: address }, session?.sessionId)
    const expression = 'document.documentElement.innerText'
    let text = ''
    for (let tries = 0; !/NET::ERR_|shown/.test(text) && tries < 250; tries += 1) {
      // oxlint-disable-next-line no-await-in-loop -- the page of a warning comes a moment later
      await new Promise((resolve) => setTimeout(resolve, 20))
      // oxlint-disable-next-line no-await-in-loop -- as above
      const found = await ask('Runtime.evaluate', { expression }, session?.sessionId)
      text = found.result?.result?.value ?? ''
    }
    await ask('Target.closeTarget', { targetId })
    return { error: result?.errorText, text }
  }
  const close = async (): Promise<void> => {
    void ask('Browser.close', {})
    await ended
  }
  return { visit, close }
}
