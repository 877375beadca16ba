import type { Fault } from './fault.ts'
import { MAPPED_PREFIX } from './ipv6.ts'
import type { Family, PatternForm, PatternValue } from './model.ts'

/** An address or mask of a pattern as it is written, an IPv4-mapped one still with all its bits. */
export interface WrittenAddress {
  /** The family of the text. */
  readonly written: Family
  readonly value: bigint
}

const LOW_32 = 0xffffffffn
const ALL_96 = (1n << 96n) - 1n
const ALL_128 = (1n << 128n) - 1n
const MAPPED_FIRST = MAPPED_PREFIX << 32n

/**
 * Every address from one to another, as IPv4 when both are IPv4 or IPv4-mapped.
 *
 * @param lastOffset - Where the second address starts in the text.
 */
export function rangePattern(
  form: 'address' | 'range',
  writtenFirst: WrittenAddress,
  writtenLast: WrittenAddress,
  lastOffset: number,
): PatternValue | Fault {
  const [family, first] = normalised(writtenFirst)
  const [lastFamily, last] = normalised(writtenLast)
  if (family !== lastFamily) {
    return writtenFirst.written === writtenLast.written
      ? { code: 'covers-mapped', offset: 0 }
      : { code: 'mixed-families', offset: lastOffset }
  }
  if (first > last) return { code: 'range-reversed', offset: lastOffset }
  const isAll = first === 0n && last === ALL_128
  if (family === 6 && first < MAPPED_FIRST && last > MAPPED_FIRST && !isAll) {
    return { code: 'covers-mapped', offset: 0 }
  }
  return { family, form, first, last, mask: undefined }
}

/**
 * Every address that equals a network under a mask, as IPv4 when the network is IPv4-mapped and
 * the mask keeps all 96 bits that mark it as such.
 */
export function maskedPattern(
  form: 'cidr' | 'mask',
  network: WrittenAddress,
  mask: WrittenAddress,
  options: { readonly start: number; readonly hostBits: 'refuse' | 'clear' },
): PatternValue | Fault {
  const { start, hostBits } = options
  const [family, value] = normalised(network)
  if (family === 4) {
    const narrow = narrowMask(mask, network.written)
    if (typeof narrow === 'string') return { code: narrow, offset: start }
    return finish({ form, family, value, mask: narrow, all: LOW_32, hostBits })
  }
  if (mask.written === 4) return { code: 'mixed-families', offset: start }
  const upper = mask.value >> 32n
  const coversMapped = ((value >> 32n) & upper) === (MAPPED_PREFIX & upper)
  if (coversMapped && mask.value !== 0n) return { code: 'covers-mapped', offset: 0 }
  return finish({ form, family, value, mask: mask.value, all: ALL_128, hostBits })
}

function normalised({ written, value }: WrittenAddress): [Family, bigint] {
  return written === 6 && value >> 32n === MAPPED_PREFIX ? [4, value & LOW_32] : [written, value]
}

/** The 32 bits that matter of the mask of an IPv4 or IPv4-mapped network. */
function narrowMask(
  mask: WrittenAddress,
  networkWritten: Family,
): bigint | 'mixed-families' | 'mapped-prefix' {
  if (mask.written === 4) return mask.value
  if (networkWritten === 4) return 'mixed-families'
  return mask.value >> 32n === ALL_96 ? mask.value & LOW_32 : 'mapped-prefix'
}

function finish(parts: {
  readonly form: PatternForm
  readonly family: Family
  readonly value: bigint
  readonly mask: bigint
  readonly all: bigint
  readonly hostBits: 'refuse' | 'clear'
}): PatternValue | Fault {
  const { form, family, value, mask, all, hostBits } = parts
  const open = all ^ mask
  if (hostBits === 'refuse' && (value & open) !== 0n) return { code: 'host-bits-set', offset: 0 }
  const first = value & mask
  const isPrefix = (open & (open + 1n)) === 0n
  return { family, form, first, last: first | open, mask: isPrefix ? undefined : mask }
}
