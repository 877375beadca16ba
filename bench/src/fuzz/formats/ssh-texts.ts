import { applyEdit, type Decision } from '@gatehouse/core'
import {
  addHostKey,
  authorize,
  decideHostKey,
  describeChange,
  explainHostKey,
  explainLogin,
  formatAuthorizedKeys,
  formatKeyLine,
  formatKnownHosts,
  formatRfc4716,
  HOST_CODES,
  HOST_FINDINGS,
  importKeys,
  KEY_FAULTS,
  KNOWN_HOSTS_LOAD_CODES,
  lintAuthorizedKeys,
  lintKnownHosts,
  LOGIN_CODES,
  LOGIN_FINDINGS,
  parseAuthorizedKeys,
  parseKnownHosts,
  removeHostName,
  whoCan,
  whoCanBe,
  type HostRequest,
  type KnownHosts,
  type LoginRequest,
} from '@gatehouse/ssh-trust'
import type { Random } from '../../random.ts'
import { pick, several, type FuzzFormat, type Input } from '../format.ts'
import { perhapsOdd } from '../odd-values.ts'
import { ensure, ensureDecision, ensureEqual, readOrRefused } from '../oracle.ts'
import { KEY_LINES, KEYS } from '../ssh/blobs.ts'

const NAMES = ['a', 'A.Example', 'a.example', '[a.example]:2222', '192.0.2.7', '2001:db8::1', '*']
const ITEMS = [
  ...NAMES,
  '!a',
  '*.example',
  'a?',
  '?',
  '',
  '!*',
  'a:22',
  '[a]:22',
  'b'.repeat(1023),
  '|1|x|y',
  '|1|AAAAAAAAAAAAAAAAAAAAAAAAAAA=|f5hBCfOXWfP0HboE9Rg3QeNvFEU=',
]
const MARKERS = ['', '', '', '', '@revoked ', '@cert-authority ', '@REVOKED ', '@revoked\t', '@']
const HOSTS = ['a', 'a.example', '192.0.2.7', 'A.EXAMPLE', '*', 'x', '']

function knownHostsLine(random: Random): string {
  if (random(12) === 0) return pick(random, ['', '# c', ' ', '\ufeffa', 'a b', '@', 'garbage'])
  const names = several(random, 3, () => pick(random, ITEMS)).join(',')
  const comment = pick(random, ['', '', ' c', '\r', ' *!?', '\tc'])
  return `${pick(random, MARKERS)}${names} ${pick(random, KEY_LINES)}${comment}`
}

function hostRequest(random: Random): HostRequest {
  const request = { host: perhapsOdd(random, pick(random, HOSTS)), key: pick(random, KEYS) }
  return random(2) === 0 ? request : { ...request, port: perhapsOdd(random, 2222) }
}

function isAllowed({ outcome }: Decision): boolean {
  return outcome === 'allow'
}

/** known_hosts files. */
export const SSH_KNOWN_HOSTS: FuzzFormat = {
  name: 'ssh-known-hosts',
  takesBytes: true,
  words: [...ITEMS, ...MARKERS, ...KEY_LINES, 'ssh-ed25519 ', 'AAAA', '|1|'],
  compose: (random) => several(random, 6, () => knownHostsLine(random)).join('\n'),
  examine: (input, random) => {
    const files = [{ file: 'T', text: input }]
    const openssh = parseKnownHosts(files, { profile: 'openssh' })
    ensureHosts(openssh, input, random)
    const request = hostRequest(random)
    const options = { firstUse: pick(random, ['first-time', 'never'] as const) }
    const copied = decideHostKey(request, openssh, options)
    ensureDecision(copied, HOST_CODES)
    const strict = readOrRefused(() => parseKnownHosts(files), KNOWN_HOSTS_LOAD_CODES)
    if (strict === undefined) return false
    const decision = decideHostKey(request, strict, options)
    ensureDecision(decision, HOST_CODES)
    ensure(!isAllowed(decision) || isAllowed(copied), 'strict lets more in')
    if (random(4) === 0) ensureExplained(strict, request, options)
    return true
  },
}

function ensureHosts(store: KnownHosts, input: Input, random: Random): void {
  const [written] = formatKnownHosts(store)
  const bytes = typeof input === 'string' ? Buffer.from(input) : Buffer.from(input)
  ensure(bytes.equals(written?.text as Uint8Array), 'what is written is not what was read')
  if (random(4) > 0) return
  const findings = lintKnownHosts(store)
  for (const { code, fix } of findings) {
    ensure(Object.hasOwn(HOST_FINDINGS, code), code)
    if (fix !== undefined && typeof input === 'string') applyEdit(input, fix)
  }
  const host = pick(random, ['a', 'a.example', 'new.example'])
  const key = pick(random, KEYS)
  const added = addHostKey(input, { host }, key).text
  const found = parseKnownHosts([{ file: 'T', text: added }], { profile: 'openssh' })
  const { status } = decideHostKey({ host, key }, found, { firstUse: 'never' })
  ensure(status === 'ok' || status === 'revoked', 'what was added is not known')
  const removed = removeHostName(added, host, { patterns: 'leave' })
  const left = parseKnownHosts([{ file: 'T', text: removed.text }], { profile: 'openssh' })
  const plain = left.entries(host).filter(({ marker }) => marker === 'none')
  ensure(plain.length <= (removed.lines ?? []).length, 'what was removed is still known')
}

function ensureExplained(
  store: KnownHosts,
  request: HostRequest,
  options: { readonly firstUse: 'first-time' | 'never' },
): void {
  const { decision } = explainHostKey(request, store, options)
  ensureEqual(
    JSON.stringify(decision),
    JSON.stringify(decideHostKey(request, store, options)),
    'explain and decide disagree',
  )
  const change = describeChange(decision, request)
  ensure((decision.status === 'changed') === (change !== undefined), 'a change is not described')
  const passing = whoCanBe(request, store).filter(({ as }) => as === 'key')
  for (const key of KEYS) {
    const known = decideHostKey({ ...request, key }, store, { firstUse: 'never' })
    const isListed = passing.some(({ fingerprint }) => fingerprint === key.fingerprint)
    ensureEqual(isListed, isAllowed(known), 'whoCanBe and decide disagree')
  }
}

const OPTIONS = [
  'restrict',
  'pty',
  'no-pty',
  'cert-authority',
  'port-forwarding',
  'X11-forwarding',
  'user-rc',
  'command="true"',
  'command="a\\"b"',
  'environment="A=1"',
  'permitopen="a:1"',
  'tunnel="0"',
  'from="192.0.2.0/24"',
  'from="!192.0.2.7,*"',
  'from="127.1"',
  'from="10.0.0.1/8"',
  'from="*"',
  'expiry-time="20300101Z"',
  'expiry-time="20200101"',
  'expiry-time="202607151200"',
  'principals="ann,bob"',
  'permitlisten="8080"',
  'bogus',
  '',
  'no-touch-required',
  'from="::/0"',
]

function loginRequest(random: Random): LoginRequest {
  const timeZone = pick(random, [undefined, 'UTC', 'Europe/Berlin'])
  return {
    key: pick(random, KEYS),
    user: pick(random, ['ann', 'root', '']),
    address: pick(random, [
      '192.0.2.7',
      '127.0.0.1',
      '::1',
      'fe80::1%eth0',
      '::ffff:192.0.2.7',
      'x',
    ]),
    hostName: pick(random, [null, 'a.example']),
    now: new Date(pick(random, ['2026-07-15T10:30:00Z', '2026-11-22T00:00:00Z', 'never'])),
    ...(timeZone === undefined ? {} : { timeZone }),
  }
}

/** authorized_keys files. */
export const SSH_AUTHORIZED_KEYS: FuzzFormat = {
  name: 'ssh-authorized-keys',
  takesBytes: true,
  words: [...OPTIONS, ...KEY_LINES, ',', '"', '\\"', '="'],
  compose: (random) =>
    several(random, 5, () => {
      const options = several(random, 3, () => pick(random, OPTIONS)).join(',')
      const line = `${options}${options === '' ? '' : ' '}${pick(random, KEY_LINES)}`
      return random(12) === 0 ? pick(random, ['', '# c', 'garbage']) : line
    }).join('\n'),
  examine: (input, random) => {
    const store = parseAuthorizedKeys(input, { file: 'T' })
    const text = formatAuthorizedKeys(store)
    ensureEqual(
      formatAuthorizedKeys(parseAuthorizedKeys(text, { file: 'T' })),
      text,
      'what is written is written anew otherwise',
    )
    const request = loginRequest(random)
    const strict = authorize(request, store)
    const openssh = authorize(request, store, { profile: 'openssh' })
    ensureDecision(strict, LOGIN_CODES)
    ensureDecision(openssh, LOGIN_CODES)
    ensure(!isAllowed(strict) || isAllowed(openssh), 'strict lets more in')
    if (random(4) === 0) {
      const explained = explainLogin(request, store).decision
      ensureEqual(JSON.stringify(explained), JSON.stringify(strict), 'explain and decide disagree')
      for (const { code } of lintAuthorizedKeys(store)) {
        ensure(Object.hasOwn(LOGIN_FINDINGS, code), code)
      }
      ensureHolders(request, store, isAllowed(strict))
    }
    return store.lines.some(({ kind }) => kind === 'key')
  },
}

function ensureHolders(
  request: LoginRequest,
  store: ReturnType<typeof parseAuthorizedKeys>,
  lets: boolean,
): void {
  const { user, now, timeZone } = request
  if (Number.isNaN(now.getTime())) return
  const holders = whoCan(store, { user, now, ...(timeZone === undefined ? {} : { timeZone }) })
  const key = 'key' in request ? request.key.fingerprint : ''
  const isListed = holders.some((one) => one.fingerprint === key && one.principals === null)
  ensure(!lets || isListed, 'a key gets in that whoCan does not list')
}

const PEM =
  '-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----'
const PIECES = [
  ...KEY_LINES,
  ...KEYS.map((key) => formatRfc4716(key, 'a "comment" \u00fc')),
  PEM,
  PEM.replaceAll('PUBLIC', 'OPENSSH PRIVATE'),
  '# c',
  '',
]

/** Files with keys that are imported by hand. */
export const SSH_IMPORT: FuzzFormat = {
  name: 'ssh-import',
  takesBytes: true,
  words: [...PIECES, '---- BEGIN SSH2 PUBLIC KEY ----', 'Comment: ', '\\\n', 'ssh-ed25519 '],
  compose: (random) => several(random, 4, () => pick(random, PIECES)).join('\n'),
  examine: (input) => {
    const { keys, faults } = importKeys(input)
    for (const { fault, line } of faults) {
      ensure(Object.hasOwn(KEY_FAULTS, fault) && line >= 1, `${fault} without a place`)
    }
    for (const { key, comment } of keys) {
      const again = importKeys(formatKeyLine(key, comment))
      ensure(again.keys[0]?.key.equals(key) === true, 'what is exported reads as another key')
      const block = importKeys(formatRfc4716(key, comment))
      ensure(block.keys[0]?.key.equals(key) === true, 'the block reads as another key')
    }
    return keys.length > 0 && faults.length === 0
  },
}
