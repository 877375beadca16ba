import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CommandGenerator } from '@gatehouse/snmp-access/engine'
import { Secret } from '@gatehouse/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PART_MS, recordsIn, WalkThrough, type Recorded } from './walk-through.ts'

/** Ports of the document, which another process may have; of those of SNMP it is the number of UDP. */
const PORTS = [10128, 10129, 6767, 6768, 10161, 10162, 10163, 10164, 10180].map(String)

const SYS_NAME = [1, 3, 6, 1, 2, 1, 1, 5, 0]

/** Octets of the digest of a community in a record, in hexadecimal. */
const DIGEST = /^[0-9a-f]{16}$/

const walk = new WalkThrough('Try SNMP')

interface SnmpRecord extends Recorded {
  readonly source?: string
  readonly facts?: Readonly<Record<string, string>>
}

function textOf(...path: string[]): string {
  return readFileSync(join(walk.folder, ...path), 'utf8')
}

function drawnCommunity(): string {
  return textOf('community.txt').trim()
}

function drawnKeys(): { readonly authPassphrase: string; readonly privPassphrase: string } {
  const { users } = JSON.parse(textOf('users.json')) as {
    users: readonly [{ authPassphrase: string; privPassphrase: string }]
  }
  return users[0]
}

function recorded(system: string): SnmpRecord[] {
  return walk.recorded(system)
}

/** Outcome, code and source of each record, once: a request that a slow machine is late to answer comes again. */
function decisionsOf(system: string): string[] {
  const told = recorded(system).map(({ outcome, codes: [code], source }) =>
    [outcome, code, source].filter((word) => word !== undefined).join(' '),
  )
  return [...new Set(told)]
}

/** Files of the folder in which a text stands. */
function holders(text: string): string[] {
  const found = walk.shell('find web01 web02 *.* engine snmp-engine -type f').told
  return found
    .trim()
    .split('\n')
    .filter((path) => textOf(path).includes(text))
    .toSorted()
}

beforeAll(() => walk.open(PORTS, /^(?:traps on |snmp version 3:)/m), PART_MS)

afterAll(() => walk.close())

describe('a console and two agents with SNMP, as built programs', () => {
  test(
    'every command of the document ends as that says, and no secret is printed',
    () => {
      expect(walk.residents).toHaveLength(3)
      expect(walk.steps.filter(({ exit }) => exit === 1).length).toBeGreaterThan(4)
      expect(walk.steps.filter(({ because }) => because === 'timeout')).toHaveLength(3)
      const told = walk.steps.map((step) => walk.carryOut(step)).join('')
      const { authPassphrase, privPassphrase } = drawnKeys()
      for (const secret of [drawnCommunity(), authPassphrase, privPassphrase, 'guess']) {
        expect(told).not.toContain(secret)
      }
    },
    PART_MS,
  )

  test('each agent has recorded why it did not answer, or not with a value', () => {
    expect(decisionsOf('web01')).toEqual([
      'deny not-in-view view seen',
      'deny level-too-low snmpd.conf:3',
      'deny version-off',
    ])
    expect(decisionsOf('web02')).toEqual([
      'deny community-unknown request community',
      'deny denied-by-rule hosts.deny:1',
    ])
  })

  test('a wrong community stands in a record as a digest', () => {
    const wrong = recorded('web02').filter(({ codes: [code] }) => code === 'community-unknown')
    expect(wrong.map(({ facts }) => facts?.['communityDigest'])).toEqual([
      expect.stringMatching(DIGEST),
    ])
    expect(holders('guess')).toEqual(['wrong.txt'])
  })

  test('secrets are in the files that the document puts them in, and in no others', () => {
    const { authPassphrase, privPassphrase } = drawnKeys()
    expect(holders(drawnCommunity())).toEqual(['community.txt', 'web02/snmpd.conf'])
    const keys = ['snmp.json', 'users.json', 'web01/users.json', 'web02/users.json']
    expect(holders(authPassphrase)).toEqual(keys)
    expect(holders(privPassphrase)).toEqual(keys)
  })

  test('the console has recorded the traps that it did not take', () => {
    const refused = recordsIn(join(walk.folder, 'console.jsonl'))
    expect(refused.map(({ outcome, codes: [code] }) => `${outcome} ${code}`)).toEqual([
      'deny engine-unknown',
      'deny version-off',
    ])
  })

  test('a SET is refused, and an attempt has a record', async () => {
    const generator = await CommandGenerator.open()
    try {
      const community = new Secret(Buffer.from(drawnCommunity()))
      const port = Number(walk.port('10162'))
      const target = { host: '127.0.0.1', port, version: '2c', community } as const
      const value = { type: 'OctetString', value: Buffer.from('another') } as const
      const answer = await generator.set(target, [{ oid: SYS_NAME, value }])
      expect(answer).toMatchObject({ errorStatus: 'noAccess', errorIndex: 1 })
    } finally {
      await generator.close()
    }
    const { told } = walk.shell('gatehouse log verify web02/data/audit.jsonl --from 1')
    expect(told).toContain('INTACT')
    expect(recorded('web02').at(-1)).toMatchObject({
      outcome: 'deny',
      codes: ['view-missing'],
      operation: 'snmp.set',
      source: 'snmpd.conf:1',
    })
  })
})
