import { BlobWriter } from '../../src/key/blob-writer.ts'
import { parseRevocationList, type RevocationList } from '../../src/index.ts'
import { u64 } from '../certificate/forge.ts'

/** Number and body of a section. */
export type Section = readonly [number: number, body: Uint8Array]

/** A list as bytes. */
export function forgeList(sections: readonly Section[], version = 1): Uint8Array {
  const writer = new BlobWriter()
    .bytes(Buffer.from('SSHKRL\n\0', 'latin1'))
    .uint32(version)
    .bytes(u64(3n))
    .bytes(u64(1_800_000_000n))
    .bytes(u64(0n))
    .string('')
    .string('of the test')
  return writer.bytes(joined(sections)).finish()
}

/** The body of a section about certificates; without an authority, about those of all. */
export function ofCertificates(
  sections: readonly Section[],
  authority: Uint8Array = new Uint8Array(),
): Section {
  return [1, new BlobWriter().string(authority).string('').bytes(joined(sections)).finish()]
}

/** A list that can be read, or a failed test. */
export function listOf(...sections: readonly Section[]): RevocationList {
  const list = parseRevocationList(forgeList(sections))
  if ('fault' in list) throw new Error(list.fault)
  return list
}

/** Numbers of 64 bits, one after the other. */
export function serials(...numbers: readonly bigint[]): Uint8Array {
  return Buffer.concat(numbers.map(u64))
}

function joined(sections: readonly Section[]): Uint8Array {
  const writer = new BlobWriter()
  for (const [number, body] of sections) writer.bytes(Buffer.of(number)).string(body)
  return writer.finish()
}
