import { checkKeyFiles, describeFileFinding } from '@gatehouse/certificate-trust/files'
import type { ConfigError } from '@gatehouse/core'
import { readBounded } from '@gatehouse/core/files'

/** A file with secrets. */
export interface PrivateFile {
  readonly path: string
  readonly maxBytes: number
  /** How it is made. */
  readonly ifMissing?: string
  /** The error for it, of the end of a sentence that begins with the file. */
  readonly refusal: (what: string, cause?: unknown) => ConfigError
}

/**
 * Reads a file, if nobody else can read or replace it.
 *
 * @param use - Gets its bytes, which are wiped afterwards.
 * @throws ConfigError of its `refusal`, and whatever `use` throws.
 */
export async function readPrivateFile<Value>(
  { path, maxBytes, ifMissing, refusal }: PrivateFile,
  use: (bytes: Buffer) => Value,
): Promise<Value> {
  const read = await readBounded(path, maxBytes)
  if ('failure' in read) {
    const advice = read.failure === 'missing' && ifMissing !== undefined ? `; ${ifMissing}` : ''
    throw refusal(`is ${read.failure}${advice}`, read.cause)
  }
  const bytes = Buffer.from(read.bytes)
  try {
    const found = await checkKeyFiles([path])
    const findings = found.filter(({ code }) => code !== 'permissions-unknown')
    if (findings.length > 0) {
      throw refusal(`is not safe: ${findings.map(describeFileFinding).join('; ')}`)
    }
    return use(bytes)
  } finally {
    bytes.fill(0)
  }
}
