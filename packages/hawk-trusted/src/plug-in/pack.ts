import { LimitError } from '@gatehouse/core'
import { isClassName } from './answers.ts'
import { knownOperation } from './encoding.ts'
import { MAX_PACKED_BYTES, type ConsolePolicy, type Operation, type Packet } from './model.ts'

/**
 * Packs an operation on a console: makes the identification, then the message.
 *
 * @param policy - The console's policy, started.
 * @param options.maxPackedBytes - Largest message in bytes. Default {@link MAX_PACKED_BYTES}.
 * @throws TypeError for what is no operation, or an answer of the policy that is no bytes; LimitError
 *   (`ERR_LIMIT`) for a message over the limit; and whatever the policy throws.
 */
export async function packOperation(
  policy: ConsolePolicy,
  operation: Operation,
  options: { readonly maxPackedBytes?: number } = {},
): Promise<Packet> {
  const { maxPackedBytes = MAX_PACKED_BYTES } = options
  const known = knownOperation(operation)
  const { className } = await policy.describe()
  if (!isClassName(className)) throw new TypeError('the policy has no class name')
  const id = await policy.createId(known)
  if (!(id instanceof Uint8Array)) throw new TypeError('the identification is not bytes')
  const packed = await policy.pack(id, known)
  if (!(packed instanceof Uint8Array)) throw new TypeError('the packed operation is not bytes')
  if (packed.length > maxPackedBytes) {
    throw new LimitError(`the packed operation is larger than ${maxPackedBytes} bytes`)
  }
  return Object.freeze({ policyClass: className, packed: Uint8Array.from(packed) })
}
