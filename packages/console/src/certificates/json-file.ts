import { ConfigError } from '@gatehouse/core'
import { describeInvalid } from '@gatehouse/protocol'
import type { z } from 'zod'
import { readFileWhole } from './input.ts'

/**
 * What a JSON file holds.
 *
 * @param what - What the file is, for messages.
 * @throws ConfigError when it cannot be read, is not JSON in UTF-8, or holds something else.
 */
export async function readJsonFile<Value>(
  file: string,
  what: string,
  schema: z.ZodType<Value>,
): Promise<Value> {
  const source = { file }
  const bytes = await readFileWhole(file)
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw new ConfigError(`${what} \`${file}\` is not JSON`, { source, cause })
  }
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new ConfigError(`${what} \`${file}\`: ${describeInvalid(parsed.error).message}`, { source })
}
