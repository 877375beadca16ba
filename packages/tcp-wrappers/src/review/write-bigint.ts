/** A replacer that lets `JSON.stringify` write the values of IPv6 addresses. */
export function writeBigint(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}n` : value
}
