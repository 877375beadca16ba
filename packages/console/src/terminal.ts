import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { styleText } from 'node:util'
import { ConfigError, Secret } from '@gatehouse/core'

/** Where a command writes: what was asked for to `out`, what went wrong to `err`. */
export interface Terminal {
  /** Writes text that ends in a line break. */
  readonly out: (text: string) => void
  /** Writes text that ends in a line break. */
  readonly err: (text: string) => void
  /** Whether people look at it in colour. */
  readonly colour: boolean
  /** Whether text goes to a screen and not to a file or a program. Default `false`. */
  readonly interactive?: boolean
  /** Asks a person for one line. Default: nobody is there to answer. */
  readonly ask?: (question: string) => Promise<string>
  /** Asks a person for a password, which is not shown. Default: nobody is there to answer. */
  readonly askSecret?: (question: string) => Promise<Secret>
  /** All that standard input holds. Default: there is none. */
  readonly input?: () => Promise<Uint8Array>
  /** Environment variables: `GATEHOUSE_SYSTEMS`, `GATEHOUSE_CONSOLE`, `GATEHOUSE_TRUST`. */
  readonly env: Readonly<Record<string, string | undefined>>
}

/** The terminal of this process. Colour only on a TTY, and never with `NO_COLOR`. */
export function processTerminal(): Terminal {
  const { env, stdin, stdout, stderr } = process
  return {
    ...(stdin.isTTY && stdout.isTTY ? { ask: askPerson, askSecret } : {}),
    input: readInput,
    out: (text) => stdout.write(text),
    err: (text) => stderr.write(text),
    interactive: stdout.isTTY,
    colour: stdout.isTTY && (env['NO_COLOR'] ?? '') === '',
    env,
  }
}

/** Most of standard input that is read, in bytes: what is read from there is short. */
const MAX_INPUT_BYTES = 64 * 1024

async function readInput(): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of process.stdin) {
    chunks.push(chunk as Buffer)
    length += (chunk as Buffer).length
    if (length > MAX_INPUT_BYTES) {
      throw new ConfigError(`standard input holds more than ${MAX_INPUT_BYTES} bytes`)
    }
  }
  return Buffer.concat(chunks)
}

async function askPerson(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stdout })
  try {
    return await lines.question(question)
  } finally {
    lines.close()
  }
}

/** What is typed is echoed into nothing. */
async function askSecret(question: string): Promise<Secret> {
  const output = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: process.stdin, output, terminal: true })
  process.stdout.write(question)
  const stop = new AbortController()
  lines.once('SIGINT', () => stop.abort())
  try {
    return new Secret(await lines.question('', { signal: stop.signal }))
  } finally {
    lines.close()
    process.stdout.write('\n')
  }
}

/** Ways in which a piece of text can stand out. */
export type Tone = 'allow' | 'deny' | 'strong' | 'quiet' | 'warning'

/** Paints text for the terminal, or leaves it as it is. */
export type Paint = (tone: Tone, text: string) => string

/** The painter for a terminal with or without colour. */
export function painter(colour: boolean): Paint {
  return colour ? (tone, text) => styleText([...STYLES[tone]], text) : (_tone, text) => text
}

const STYLES = {
  allow: ['bold', 'green'],
  deny: ['bold', 'red'],
  strong: ['bold'],
  quiet: ['dim'],
  warning: ['yellow'],
} as const satisfies Record<Tone, readonly Parameters<typeof styleText>[0][]>
