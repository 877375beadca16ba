import { ConfigError } from '@gatehouse/core'
import { BMC_AUTHORIZATION } from './bmc-authorization.ts'
import type { FileKind, RequestOptions } from './file-kind.ts'
import { HAWK_TRUSTED } from './hawk-trusted.ts'

/** Every kind of file that the commands know; the first that recognises a file has it, the last takes any. */
export const FILE_KINDS: readonly FileKind[] = [BMC_AUTHORIZATION, HAWK_TRUSTED]

const LATIN = new TextDecoder('latin1')

/** First line that is neither blank nor a comment, after an optional byte order mark. */
const FIRST_LINE = /^[ \t]*([^#\s].*)$/m

/** The kind of a file, told from its first line that is neither blank nor a comment. */
export function recogniseKind(bytes: Uint8Array): FileKind {
  const body = LATIN.decode(bytes).replace(/^\u00ef\u00bb\u00bf/, '')
  const first = FIRST_LINE.exec(body)?.[1]?.trimEnd() ?? ''
  return FILE_KINDS.find((kind) => kind.recognise(first)) as FileKind
}

/** The kind of that name. @throws ConfigError when there is none. */
export function kindNamed(name: string): FileKind {
  const kind = FILE_KINDS.find((candidate) => candidate.name === name)
  if (kind !== undefined) return kind
  const known = FILE_KINDS.map((candidate) => candidate.name).join(', ')
  throw new ConfigError(`no kind of file is called \`${name}\`, known are: ${known}`)
}

/**
 * The request that a command line states for a kind of file.
 *
 * @returns Undefined when the command line states none at all.
 * @throws ConfigError when an option does not apply to the kind, or the request is incomplete.
 */
export function requestOf(kind: FileKind, options: RequestOptions): unknown {
  const { request, ...single } = options
  const given = Object.keys(single) as (keyof RequestOptions)[]
  if (request !== undefined) {
    if (given.length === 0) return kind.readRequest(jsonOf(request))
    throw new ConfigError(`\`--request\` and \`--${given[0]}\` exclude each other`)
  }
  if (given.length === 0) return undefined
  const foreign = given.find((option) => !kind.options.includes(option))
  if (foreign === undefined) return kind.readRequest(kind.fromOptions(single))
  const own = kind.options.map((option) => `--${option}`).join(' ')
  throw new ConfigError(
    `\`--${foreign}\` does not apply to a ${kind.name} file, which takes: ${own}`,
  )
}

function jsonOf(request: string): unknown {
  try {
    return JSON.parse(request)
  } catch (cause) {
    throw new ConfigError('`--request` is not JSON', { cause })
  }
}
