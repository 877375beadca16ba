import type { Described } from './chain-text.ts'

/** What a chain is asked for. */
export interface Asked {
  /** Year that it is asked about, in its middle. */
  readonly year: number
  readonly host: string | undefined
  /** Dotted identifier. */
  readonly purpose: string | undefined
  readonly maxIntermediates: number
}

const ANY_PURPOSE = '2.5.29.37.0'
const KEY_CERT_SIGN = 5

/**
 * Whether any chain leads from the first certificate to an anchor by RFC 5280: every chain is tried,
 * with no thought of how long that takes.
 */
export function isTrustworthy(described: readonly Described[], asked: Asked): boolean {
  const [leaf, ...others] = described.filter(({ isAnchor }) => !isAnchor)
  const anchors = described.filter(({ isAnchor }) => isAnchor)
  if (leaf === undefined || !isSound(leaf, asked)) return false
  if (leaf.flags.has('v1') ? asked.host !== undefined : !isHost(leaf, asked.host)) return false
  const search = (chain: readonly Described[]): boolean => {
    const last = chain.at(-1) as Described
    if (anchors.some((one) => isIssuer(last, one) && isValid([...chain, one], asked))) return true
    const isNew = (one: Described): boolean =>
      !chain.some(({ subject, key }) => fold(subject) === fold(one.subject) && key === one.key)
    return others.some((one) => isNew(one) && isIssuer(last, one) && search([...chain, one]))
  }
  return search([leaf])
}

function fold(text: string): string {
  return text.toLowerCase()
}

function isIssuer(one: Described, issuer: Described): boolean {
  const isNamed = fold(one.issuer) === fold(issuer.subject)
  return isNamed && one.signer === issuer.key && !one.flags.has('bad')
}

/** What holds for each certificate by itself. A purpose that is not named is every purpose; version 1 names nothing. */
function isSound({ from, until, flags, purposes }: Described, { year, purpose }: Asked): boolean {
  if (from > year || until < year) return false
  if (flags.has('v1')) return true
  if (flags.has('crit')) return false
  return (
    purpose === undefined ||
    purposes.length === 0 ||
    purposes.includes(purpose) ||
    purposes.includes(ANY_PURPOSE)
  )
}

function isHost({ names }: Described, host: string | undefined): boolean {
  if (host === undefined) return true
  return names.some((name) => {
    const own = fold(name)
    if (!own.startsWith('*.')) return own === host
    return own.split('.').length > 2 && host.slice(host.indexOf('.')) === own.slice(1)
  })
}

/** Whether it counts for lengths of paths: those that an authority issues to itself do not. */
function counted({ subject, issuer }: Described): boolean {
  return fold(subject) !== fold(issuer)
}

/** @param chain - From the peer's certificate to the anchor; who signed whom is known. */
function isValid(chain: readonly Described[], asked: Asked): boolean {
  const between = chain.slice(1, -1).filter(counted).length
  if (between > asked.maxIntermediates) return false
  return chain.every((one, index) => {
    if (index === 0) return true
    const { isCa, usages, flags, pathLength, permitted, excluded } = one
    const isOldRoot = index === chain.length - 1 && flags.has('v1')
    if (!isSound(one, asked)) return false
    if (flags.has('v1')) return isOldRoot
    if (isCa !== true || (usages.length > 0 && !usages.includes(KEY_CERT_SIGN))) return false
    if (pathLength !== undefined && chain.slice(1, index).filter(counted).length > pathLength)
      return false
    const below = chain.slice(0, index).filter((other, at) => at === 0 || counted(other))
    return below.every((other) => {
      const names = other.flags.has('v1') ? [] : other.names
      return names.every((name) => isPermitted(fold(name), permitted.map(fold), excluded.map(fold)))
    })
  })
}

function isPermitted(
  name: string,
  permitted: readonly string[],
  excluded: readonly string[],
): boolean {
  const isWildcard = name.startsWith('*.')
  const host = isWildcard ? name.slice(2) : name
  const isBelow = (base: string): boolean => host === base || host.endsWith(`.${base}`)
  // One of the names that a wildcard stands for may be excluded by itself.
  const mayBe = (base: string): boolean =>
    isWildcard && base.endsWith(`.${host}`) && base.split('.').length === host.split('.').length + 1
  if (permitted.length + excluded.length > 0 && isWildcard && !host.includes('.')) return false
  if (excluded.some((base) => isBelow(base) || mayBe(base))) return false
  return permitted.length === 0 || permitted.some(isBelow)
}
