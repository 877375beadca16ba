import { describeWith, type Finding, type Severity } from '@gatehouse/core'

/** What a reviewer should worry about in an authorized_keys file: code, and a sentence for people. */
export const LOGIN_FINDINGS = {
  /** Mend the line or remove it; see the fact. */
  'line-unreadable': 'no key can be read from the line',
  /** Save the file without the mark: sshd takes it for a part of the first line. */
  'byte-order-mark': 'byte order mark',
  /** Mend the options; see the fact. sshd ignores the whole line. */
  'options-malformed': 'the options are malformed, and the line lets nobody in',
  /** Remove the comma: the next option may be missing. */
  'stray-comma': 'comma without an option',
  /** Mend the list; see the fact. */
  'from-list-malformed': '`from=` is malformed, and the line lets nobody in',
  /** Write four plain decimal numbers. */
  'from-ambiguous': 'an address in `from=` that programs read differently',
  /** Write the IPv4 address: sshd turns the address of such a peer into it. */
  'from-mapped': 'an IPv4-mapped address in `from=` matches nobody',
  /** Write what is let in before what is not. */
  'from-only-negated': '`from=` lets nobody in: it only says who is kept out',
  /** Write addresses: a name rests on reverse DNS, and needs `UseDNS yes`. */
  'from-by-name': '`from=` rests on a host name',
  /** Write the time with Z behind it. */
  'expiry-in-local-time': '`expiry-time=` hangs on the time zone of the system',
  /** Write `cert-authority` before it, or remove it. */
  'principals-unused': '`principals=` without `cert-authority`, and the line lets nobody in',
  /** Add `principals=`, unless every certificate that names the account may get in. */
  'authority-unbounded': 'an authority without `principals=`',
  /** Begin with `restrict`: the key may still forward ports, and so reach past the command. */
  'command-with-forwarding': '`command=` without `restrict` leaves port forwarding open',
  /** Check what is set; `LD_PRELOAD` and the like get around a forced command. */
  'environment-set': '`environment=` sets variables where sshd permits it',
  /** Remove one of the lines: sshd never gets to the later one. */
  'line-unreached': 'an earlier line always answers for the key',
  /** Remove the line: current sshd has dropped the type. */
  'key-retired': 'the type of the key lets nobody in',
  /** Have the owner make an Ed25519 key. */
  'key-short': 'an RSA key with less than 2048 bits',
} as const

/** A code of {@link LOGIN_FINDINGS}. */
export type LoginFindingCode = keyof typeof LOGIN_FINDINGS

const DESCRIBE = describeWith(LOGIN_FINDINGS)

/** One line for people: the sentence of a finding, its facts and its place. */
export function describeLoginFinding({
  code,
  source,
  facts = {},
}: Finding<LoginFindingCode>): string {
  return DESCRIBE({ code, source, facts })
}

const SEVERITIES: Readonly<Partial<Record<LoginFindingCode, Severity>>> = {
  'stray-comma': 'note',
  'from-mapped': 'warning',
  'from-by-name': 'warning',
  'expiry-in-local-time': 'warning',
  'authority-unbounded': 'warning',
  'command-with-forwarding': 'warning',
  'environment-set': 'note',
  'key-retired': 'warning',
  'key-short': 'warning',
}

/** How much a finding matters. A line that does not do what it seems to is an error. */
export function severityOf(code: LoginFindingCode): Severity {
  return SEVERITIES[code] ?? 'error'
}
