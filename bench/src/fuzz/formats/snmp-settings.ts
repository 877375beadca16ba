import * as snmp from '@gatehouse/snmp-access'
import type { Random } from '../../random.ts'
import { pick, several, type FuzzFormat } from '../format.ts'
import { ensure, ensureEqual, readOrRefused } from '../oracle.ts'
import { ensureDecided, ensureReviewed } from '../snmp/asking.ts'

/** What must hold for a configuration that was made of other settings. */
function ensureSettings(policy: snmp.Configuration, random: Random): void {
  ensureEqual(snmp.format(policy), '', 'it has lines')
  ensureEqual(policy.warnings, [], 'it has warnings')
  for (let left = 3; left > 0; left -= 1) {
    const { outcome, path } = ensureDecided(policy, random)
    ensure(outcome === 'deny' || path.community !== null, 'a grant without a community')
  }
  if (random(4) === 0) ensureReviewed(policy, random)
}

const CISCO_LINES = [
  [
    'snmp-server community public',
    'snmp-server community private rw 10',
    'snmp-server enable traps',
  ],
  [
    'snmp-server community public view sys RO 11',
    'snmp-server community private view none rw named',
  ],
  ['snmp-server view sys system included', 'snmp-server view sys ifEntry.*.2 excluded'],
  [
    'snmp-server view sys 1.3.6.1.2.1 included',
    'snmp-server group g v3 priv',
    'no snmp-server view x',
  ],
  ['access-list 10 permit 10.0.0.0 0.255.255.255', 'access-list 11 deny host 10.0.0.1'],
  ['access-list 11 permit any', 'access-list 10 remark x', 'access-list 100 permit ip any any'],
  [
    'ip access-list standard named',
    ' 10 permit 10.0.0.1',
    ' deny any',
    ' permit 10.0.0.0 0.0.255.0',
  ],
  ['!', '', 'hostname r1', 'no snmp-server community public', ' remark x', 'snmp-server community'],
].flat()

/** Cisco IOS. */
const CISCO: FuzzFormat = {
  name: 'cisco-snmp',
  takesBytes: true,
  words: [...CISCO_LINES, 'ro', 'rw', 'view ', 'permit ', 'deny ', 'any', 'host ', '*', '10', '99'],
  compose: (random) => several(random, 9, () => pick(random, CISCO_LINES)).join('\n'),
  examine: (input, random) => {
    const options = { file: 'T' }
    const read = (): snmp.Configuration => snmp.readCiscoConfiguration(input, options)
    const policy = readOrRefused(read, snmp.READER_CODES)
    if (policy === undefined) return false
    ensureEqual(read(), policy, 'a second reading differs')
    const text = Buffer.from(input).toString()
    for (const { community } of policy.communities) {
      ensure(
        text.includes(Buffer.from(community).toString()),
        'a community that is not in the text',
      )
    }
    ensureSettings(policy, random)
    return true
  },
}

const SERVICE = 'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\SNMP\\Parameters'
const KEYS = [
  `[${SERVICE}]`,
  `[${SERVICE}\\ValidCommunities]`,
  `[${SERVICE.toUpperCase()}\\PermittedManagers]`,
  '[HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\SNMP\\Parameters\\PermittedManagers]',
  `[-${SERVICE}]`,
]
const ENTRIES = [
  ['"public"=dword:00000004', '"private"=dword:00000008', '"x"=dword:00000010', '"it"=dword:3'],
  ['"a b"=dword:00000001', '"1"="10.0.0.1"', '"2"="gw"', '"3"="fd00::5"', '"4"="nobody"', '@=""'],
  [
    '"EnableAuthenticationTraps"=dword:00000000',
    '"x"=hex:01,\\',
    '  02',
    '; a note',
    '"a\\"b"="c"',
  ],
].flat()
const HEADER = 'Windows Registry Editor Version 5.00'

/** The Windows SNMP service. */
const WINDOWS: FuzzFormat = {
  name: 'windows-snmp',
  takesBytes: true,
  words: [...KEYS, ...ENTRIES, HEADER, 'REGEDIT4', 'dword:', '=', '"', '\\', '\r\n'],
  compose: (random) => {
    const line = (): string => pick(random, random(2) === 0 ? KEYS : ENTRIES)
    const sound = [KEYS[2], '"1"="10.0.0.1"', KEYS[1], pick(random, ENTRIES)]
    return [HEADER, ...(random(2) === 0 ? sound : []), ...several(random, 5, line)].join('\r\n')
  },
  examine: (input, random) => {
    const onEmptyManagers = pick(random, ['refuse', 'everybody'] as const)
    const resolve = new Map([['gw', ['10.0.0.9']]])
    const options = { file: 'T', onEmptyManagers, resolve }
    const read = (): snmp.Configuration => snmp.readWindowsSettings(input, options)
    const policy = readOrRefused(read, snmp.READER_CODES)
    if (policy === undefined) return false
    ensureEqual(read(), policy, 'a second reading differs')
    if (onEmptyManagers === 'refuse') {
      const open = policy.communities.filter(({ source }) =>
        /^(?:default|.*\/0)$/.test(source.text),
      )
      ensureEqual(open, [], 'everybody is let in without a word for it')
    }
    ensureSettings(policy, random)
    return true
  },
}

/** Settings of other systems. */
export const SNMP_SETTINGS: readonly FuzzFormat[] = [CISCO, WINDOWS]
