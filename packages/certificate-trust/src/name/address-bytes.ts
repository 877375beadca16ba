import { formatAddress, parseAddress } from '@gatehouse/address-set'

/** An address of a certificate as text; `undefined` when it has neither 4 nor 16 bytes. */
export function formatAddressBytes(bytes: Uint8Array): string | undefined {
  if (bytes.length === 4) return bytes.join('.')
  if (bytes.length !== 16) return undefined
  const groups = Array.from({ length: 8 }, (_, index) =>
    (((bytes[2 * index] as number) << 8) | (bytes[2 * index + 1] as number)).toString(16),
  )
  const address = parseAddress(groups.join(':'))
  return address === undefined ? undefined : formatAddress(address)
}
