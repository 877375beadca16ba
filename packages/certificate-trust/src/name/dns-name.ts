/** A host name of a certificate or a constraint, split into labels in lower case. */
export interface DnsName {
  readonly labels: readonly string[]
  /** Whether the first label was `*`, which is not among the labels. */
  readonly isWildcard: boolean
}

/** Longest host name in characters (RFC 1035, 2.3.4). */
const MAX_NAME = 253

const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/

/**
 * Reads a host name: letters, digits, hyphens and underscores, in labels of 63 at most. A `*` may
 * stand for the whole of the first label where wildcards are allowed, before at least two others
 * (RFC 9525, 6.3; `*.com` is nobody's).
 *
 * @returns `undefined` for what is no such name: one with an empty label, a trailing dot, other letters.
 */
export function parseDnsName(
  text: string,
  options: { wildcard?: boolean } = {},
): DnsName | undefined {
  if (text.length > MAX_NAME) return undefined
  const labels = text.toLowerCase().split('.')
  const isWildcard = options.wildcard === true && labels[0] === '*'
  if (isWildcard) labels.shift()
  const isName = labels.every((label) => LABEL.test(label))
  if (!isName || (isWildcard && labels.length < 2)) return undefined
  return isAddressLike(labels) ? undefined : { labels, isWildcard }
}

/** A name whose last label is a number is taken for an address by many programs (RFC 3696, 2). */
function isAddressLike(labels: readonly string[]): boolean {
  return /^\d+$/.test(labels.at(-1) ?? '')
}

/** Whether a name of a certificate is the one that a peer was looked for by. A wildcard stands for one label. */
export function matchesHost({ labels, isWildcard }: DnsName, host: DnsName): boolean {
  const wanted = isWildcard ? host.labels.slice(1) : host.labels
  return wanted.length === labels.length && endsWith(wanted, labels)
}

/** Whether labels end with others. */
export function endsWith(labels: readonly string[], end: readonly string[]): boolean {
  const skipped = labels.length - end.length
  return skipped >= 0 && end.every((label, index) => labels[skipped + index] === label)
}
