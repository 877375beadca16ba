import { tlv } from '../../certificates/der.ts'
import {
  alternativeNames,
  basicConstraints,
  dns,
  extension,
  issue,
  keyUsage,
  nameConstraints,
  purposes,
} from '../../certificates/issue.ts'
import { time } from '../../certificates/der.ts'
import { testKey } from './keys.ts'

/** One certificate, as a line of text describes it: what an oracle knows of it without reading DER. */
export interface Described {
  readonly isAnchor: boolean
  readonly subject: string
  readonly issuer: string
  /** Letters of the keys. */
  readonly key: string
  readonly signer: string
  /** First and last years of validity. */
  readonly from: number
  readonly until: number
  readonly isCa: boolean | undefined
  readonly pathLength: number | undefined
  /** Numbers of key usages; empty: it names none. */
  readonly usages: readonly number[]
  /** Dotted identifiers; empty: it names none. */
  readonly purposes: readonly string[]
  /** Alternative host names; empty: it has none. */
  readonly names: readonly string[]
  readonly permitted: readonly string[]
  readonly excluded: readonly string[]
  /** Whether it is of version 1, has a critical extension that nobody understands, or is changed after it was signed. */
  readonly flags: ReadonlySet<string>
}

const LIST = /[^,]+/g

/**
 * Reads lines such as `cert s=Server i=Between k=c by=b from=2020 to=2030 ca len=0 ku=5,6
 * eku=1.3.6.1.5.5.7.3.1 san=a.example.com permit=example.com exclude=example.org crit v1 bad`,
 * or `anchor …`. What means nothing is passed over.
 */
export function parseChain(text: string): readonly Described[] {
  return text.split('\n').flatMap((line) => {
    const [kind, ...words] = line.split(' ')
    if (kind !== 'cert' && kind !== 'anchor') return []
    const fields = new Map(words.map((word) => word.split('=', 2) as [string, string | undefined]))
    const list = (name: string): string[] => fields.get(name)?.match(LIST) ?? []
    const numbers = (name: string, most: number): number[] =>
      list(name)
        .map(Number)
        .filter((one) => Number.isInteger(one) && one >= 0 && one <= most)
    const year = (name: string, usual: number): number =>
      numbers(name, 9999).find((one) => one >= 1000) ?? usual
    const hosts = (name: string): string[] => list(name).filter((one) => HOST.test(one))
    return {
      isAnchor: kind === 'anchor',
      subject: nameOf(fields.get('s')),
      issuer: nameOf(fields.get('i')),
      key: letterOf(fields.get('k')),
      signer: letterOf(fields.get('by')),
      from: year('from', 2020),
      until: year('to', 2030),
      isCa: fields.has('ca') ? true : fields.has('noca') ? false : undefined,
      pathLength: numbers('len', 9)[0],
      usages: numbers('ku', 8),
      purposes: list('eku').filter((one) => PURPOSES.includes(one)),
      names: hosts('san'),
      permitted: hosts('permit').filter((one) => !one.startsWith('*')),
      excluded: hosts('exclude').filter((one) => !one.startsWith('*')),
      flags: new Set(['v1', 'crit', 'bad'].filter((one) => fields.has(one))),
    }
  })
}

/** Labels and names that DNS can hold; others are malformed, and nothing but that is to be said of them. */
const HOST = /^(?=.{1,253}$)(?:\*\.)?[a-z]{1,63}(?:\.[a-z]{1,63})*$/i

/** Purposes that a line can give: server, client, any, and one that means nothing here. */
export const PURPOSES: readonly string[] = [
  '1.3.6.1.5.5.7.3.1',
  '1.3.6.1.5.5.7.3.2',
  '2.5.29.37.0',
  '1.2.3.4',
]

function nameOf(text: string | undefined): string {
  return text !== undefined && /^[A-Za-z]{1,20}$/.test(text) ? text : 'Nobody'
}

function letterOf(text: string | undefined): string {
  return text !== undefined && /^[a-e]$/.test(text) ? text : 'a'
}

/** The certificate that a line describes, as DER. */
export function encode(described: Described): Buffer {
  const { from, until, flags, isCa, pathLength, usages, permitted, excluded } = described
  const subject = { name: described.subject, key: testKey(described.key) }
  const issuer = { name: described.issuer, key: testKey(described.signer) }
  const der = issue(subject, issuer, {
    version: flags.has('v1') ? 1 : 3,
    from: time(`${String(from).padStart(4, '0')}-01-01T00:00:00Z`),
    until: time(`${String(until).padStart(4, '0')}-12-31T23:59:59Z`),
    extensions: [
      ...(isCa === undefined ? [] : [basicConstraints(isCa, pathLength)]),
      ...(usages.length === 0 ? [] : [keyUsage(...usages)]),
      ...(described.purposes.length === 0 ? [] : [purposes(...described.purposes)]),
      ...(described.names.length === 0 ? [] : [alternativeNames(...described.names.map(dns))]),
      ...(permitted.length + excluded.length === 0 ? [] : [nameConstraints(permitted, excluded)]),
      ...(flags.has('crit') ? [extension('1.2.3.4', tlv(0x05), true)] : []),
    ],
  })
  const last = der.length - 1
  if (flags.has('bad')) der[last] = (der[last] as number) ^ 1
  return der
}
