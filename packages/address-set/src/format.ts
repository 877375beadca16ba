import { formatNumber } from './address.ts'
import { openPattern, type AddressPattern, type PatternValue } from './model.ts'

/** The canonical text of a pattern in its own form. Parses to an equal pattern. */
export function formatPattern(pattern: AddressPattern): string {
  const value = openPattern(pattern)
  const first = formatNumber(value.family, value.first)
  switch (value.form) {
    case 'address':
      return first
    case 'range':
      return `${first}-${formatNumber(value.family, value.last)}`
    case 'cidr':
      return `${first}/${prefixLength(value)}`
    case 'mask':
      return `${first}/${formatNumber(value.family, maskOf(value))}`
    case 'wildcard':
      return `${first
        .split('.')
        .slice(0, prefixLength(value) / 8)
        .join('.')}.*`
  }
}

/** How many addresses a pattern covers. */
export function sizeOf({ first, last, mask }: PatternValue): bigint {
  if (mask === undefined) return last - first + 1n
  const open = (first ^ last).toString(2).replaceAll('0', '').length
  return 1n << BigInt(open)
}

function widthOf({ family }: PatternValue): number {
  return family === 4 ? 32 : 128
}

function prefixLength(value: PatternValue): number {
  const open = (value.first ^ value.last).toString(2)
  return widthOf(value) - (open === '0' ? 0 : open.length)
}

function maskOf(value: PatternValue): bigint {
  const all = (1n << BigInt(widthOf(value))) - 1n
  return value.mask ?? all ^ value.first ^ value.last
}
