import { checkKeyFiles, describeFileFinding } from '@gatehouse/certificate-trust/files'
import { ConfigError } from '@gatehouse/core'
import { readBounded } from '@gatehouse/core/files'
import { describeInvalid } from '@gatehouse/protocol'
import type { z } from 'zod'

/** Largest file: 1 MiB, some ten thousand systems. */
const MAX_BYTES = 1024 * 1024

/**
 * What a JSON file with secrets holds, which only its owner may read.
 *
 * Nothing that stands in the file is repeated in an error, names of fields aside.
 *
 * @param what - What the file is, for messages.
 * @throws ConfigError when others can read or replace it, it is not JSON in UTF-8, or holds something else.
 */
export async function readPrivateJson<Value>(
  file: string,
  what: string,
  schema: z.ZodType<Value>,
): Promise<Value> {
  const source = { file }
  const found = await checkKeyFiles([file])
  const findings = found.filter(({ code }) => code !== 'permissions-unknown')
  if (findings.length > 0) {
    throw new ConfigError(`${what}: ${findings.map(describeFileFinding).join('; ')}`, { source })
  }
  const read = await readBounded(file, MAX_BYTES)
  if ('failure' in read) throw new ConfigError(`${what} \`${file}\` is ${read.failure}`, { source })
  const parsed = schema.safeParse(parseJson(read.bytes, { file, what }))
  if (parsed.success) return parsed.data
  throw new ConfigError(`${what} \`${file}\`: ${describeInvalid(parsed.error).message}`, { source })
}

/** The error of the parser quotes the text: only its position is told. */
function parseJson(
  bytes: Uint8Array,
  { file, what }: { readonly file: string; readonly what: string },
): unknown {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new ConfigError(`${what} \`${file}\` is not UTF-8`, { source: { file } })
  }
  try {
    return JSON.parse(text)
  } catch (error) {
    const at = /at position (\d+)/.exec((error as Error).message)?.[1]
    const line = at === undefined ? undefined : text.slice(0, Number(at)).split('\n').length
    const source = { file, ...(line !== undefined && { line }) }
    const where = line === undefined ? '' : `, line ${line}`
    throw new ConfigError(`${what} \`${file}\`${where} is not JSON`, { source })
  }
}
