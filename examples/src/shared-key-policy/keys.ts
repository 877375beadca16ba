import { createSecretKey, type KeyObject } from 'node:crypto'
import { resolve } from 'node:path'
import { ConfigError } from '@gatehouse/core'
import { readBounded } from '@gatehouse/core/files'

/** Fewest bytes of a key: as many as the code has. Make one with `openssl rand -out ops.key 32`. */
const MIN_KEY_BYTES = 32
const MAX_KEY_BYTES = 1024

/** Reads a key from a file. The object prints nothing of it. @throws ConfigError naming the file. */
export async function readKey(folder: string, file: string): Promise<KeyObject> {
  const read = await readBounded(resolve(folder, file), MAX_KEY_BYTES)
  if ('failure' in read) throw new ConfigError(`the key file \`${file}\` is ${read.failure}`)
  if (read.bytes.length < MIN_KEY_BYTES) {
    throw new ConfigError(`the key file \`${file}\` holds fewer than ${MIN_KEY_BYTES} bytes`)
  }
  return createSecretKey(read.bytes)
}

/** The fields of options, all of them known. @throws ConfigError naming the first that is not. */
export function fieldsOf(options: unknown, known: readonly string[]): Record<string, unknown> {
  if (typeof options !== 'object' || options === null) throw new ConfigError('options are missing')
  const unknown = Object.keys(options).find((name) => !known.includes(name))
  if (unknown !== undefined) throw new ConfigError(`\`${unknown}\` is not an option`)
  return options as Record<string, unknown>
}
