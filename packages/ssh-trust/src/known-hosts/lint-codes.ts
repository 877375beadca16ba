import { describeWith, type Finding, type Severity } from '@gatehouse/core'

/** What a reviewer should worry about in known_hosts files: code, and a sentence for people. */
export const HOST_FINDINGS = {
  /** Save the file without the mark: ssh takes it for a part of the first name. */
  'byte-order-mark': 'byte order mark',
  /** Mend the line or remove it; see the fact. */
  'line-void': 'the line says nothing',
  /** Mend the marker or the key behind it: ssh passes over the line, and what it revokes stays good. */
  'marker-void': 'the line begins with `@` and says nothing',
  /** Write a name that is to match before what is not to. */
  'only-negated': 'the line only says which hosts it is not about, and has none',
  /** Write `[host]:port`. */
  'port-without-brackets': 'a port without brackets, and the name never matches',
  /** Write the name alone: port 22 is never written. */
  'default-port': 'port 22 is written out, and the name never matches',
  /** Write the address without brackets, or the port behind them. */
  'brackets-without-port': 'brackets without a port, and the name never matches',
  /** Give the hashed name a line of its own. */
  'hash-in-list': 'a hashed name in a list, which never matches',
  /** Write the name anew: ssh lets a whole list go that has such an item. */
  'name-too-long': 'a name of more than 1022 bytes, and the line matches no host',
  /** Write the address as it is looked up: names are compared as text. */
  'address-not-canonical': 'an address in a form that is looked up under another',
  /** Write `@cert-authority`, or the key instead: a certificate in a plain line lets no host pass. */
  'certificate-as-key': 'a certificate where a key is needed, and the host is known by none',
  /** Name the hosts: whoever has this key passes as every system. */
  'key-for-every-host': 'the key passes as every host',
  /** Name the hosts or the domain: the authority can make any system up. */
  'authority-for-every-host': 'the authority vouches for every host',
  /** Remove the other line, or revoke for its hosts too. */
  'revoked-key-known': 'the key is revoked for other hosts, and good for these',
  /** Have the keeper of the system make an Ed25519 key. */
  'key-short': 'an RSA key with less than 2048 bits',
  /** Remove the line: keys of this type are not accepted. */
  'key-retired': 'the type of the key lets no host pass',
  /** Remove one of the lines. */
  'line-repeated': 'an earlier line says the same',
  /** Find out which is right: either passes, and HP SIM reads the first one only. */
  'two-keys-of-type': 'the host has another key of this type',
  /** Check that both names are one system: two systems with one key can stand in for each other. */
  'key-under-other-name': 'the key stands under another name, too',
} as const

/** A code of {@link HOST_FINDINGS}. */
export type HostFindingCode = keyof typeof HOST_FINDINGS

const DESCRIBE = describeWith(HOST_FINDINGS)

/** One line for people: the sentence of a finding, its facts and its place. */
export function describeHostFinding({
  code,
  source,
  facts = {},
}: Finding<HostFindingCode>): string {
  return DESCRIBE({ code, source, facts })
}

const SEVERITIES: Readonly<Partial<Record<HostFindingCode, Severity>>> = {
  'line-void': 'warning',
  'address-not-canonical': 'warning',
  'authority-for-every-host': 'warning',
  'key-short': 'warning',
  'key-retired': 'warning',
  'line-repeated': 'note',
  'two-keys-of-type': 'warning',
  'key-under-other-name': 'note',
}

/** How much a finding matters. A line that does not do what it seems to is an error. */
export function severityOfHost(code: HostFindingCode): Severity {
  return SEVERITIES[code] ?? 'error'
}
