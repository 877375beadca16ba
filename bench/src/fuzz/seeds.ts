import type { Input } from './format.ts'

/** An input that once failed, as it is kept. */
export interface Seed {
  /** Numbers that the examination draws on. */
  readonly numbers: number
  /** The input, made as small as it could be. */
  readonly input: Input
}

/** Writes a seed as the text of its file. */
export function formatSeed({ numbers, input }: Seed, why: string): string {
  const shown =
    typeof input === 'string'
      ? `text ${inAscii(JSON.stringify(input))}`
      : `bytes ${Buffer.from(input).toString('hex')}`
  const remarks = why.split('\n').map((line) => `# ${inAscii(line)}`)
  return `${[...remarks, `numbers ${numbers}`, shown].join('\n')}\n`
}

/** The text with every other character as JSON escapes it: some of them end lines. */
function inAscii(text: string): string {
  return text.replaceAll(
    /[^ -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** Reads the text of a seed's file. @throws Error when it is none. */
export function parseSeed(text: string): Seed {
  const numbers = /^numbers (-?\d+)$/m.exec(text)?.[1]
  const [, kind, value] = /^(text|bytes) (.*)$/m.exec(text) ?? []
  if (numbers === undefined || value === undefined) throw new Error('not a seed')
  const input = kind === 'text' ? (JSON.parse(value) as string) : Buffer.from(value, 'hex')
  return { numbers: Number(numbers), input }
}
