import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  format,
  parse,
  SILENT_FAULTS,
  type Configuration,
  type Daemon,
  type FaultCode,
} from '../../src/index.ts'

interface VectorConfiguration {
  readonly id: string
  readonly lines: readonly string[]
  readonly warnings: readonly { readonly line: number; readonly message: string }[]
}

/** The codes that stand for each complaint of the daemons. */
const CODES_OF_MESSAGE: readonly (readonly [string, readonly FaultCode[]])[] = [
  ['source/mask mismatch', ['host-bits-set']],
  ['bad mask length', ['mask-length']],
  ['bad mask', ['mask-malformed']],
  [
    'cannot resolve IPv4 source hostname',
    ['source-malformed', 'source-not-resolved', 'ipv6-source-in-ipv4-list'],
  ],
  ['installing anyway', ['model-any', 'match-zero']],
  ['invalid MASK', ['view-mask-malformed']],
  ['TYPE must be included', ['view-type-unknown']],
  ['Illegal view name', ['view-use-unknown']],
  ['bad SUBTREE object id', ['oid-malformed']],
  ['bad security level', ['level-unknown']],
]

const RESOLVE = new Map([['localhost', ['127.0.0.1']]])

function read(name: string, daemon: Daemon): { daemon: Daemon; config: VectorConfiguration }[] {
  const url = new URL(`../../../../test-fixtures/snmp-access/${name}`, import.meta.url)
  const { configs } = JSON.parse(readFileSync(url, 'utf8')) as { configs: VectorConfiguration[] }
  return configs.map((config) => ({ daemon, config }))
}

const CONFIGURATIONS = [
  ...read('vectors.json', 'snmpd'),
  ...read('trap-vectors.json', 'snmptrapd'),
].map(({ daemon, config }) => ({ id: config.id, daemon, config }))

function parseVector(config: VectorConfiguration, daemon: Daemon, lenient: boolean): Configuration {
  return parse(config.lines.join('\n'), { file: config.id, daemon, lenient, resolve: RESOLVE })
}

describe('the configurations of the vectors', () => {
  it('are 61 of snmpd and 8 of snmptrapd', () => {
    expect(CONFIGURATIONS.filter(({ daemon }) => daemon === 'snmpd')).toHaveLength(61)
    expect(CONFIGURATIONS.filter(({ daemon }) => daemon === 'snmptrapd')).toHaveLength(8)
  })

  it.each(CONFIGURATIONS)(
    '$id warns on the lines that the daemon complained of, for its reason',
    ({ config, daemon }) => {
      const { warnings } = parseVector(config, daemon, true)
      const loud = warnings.filter(({ code }) => !SILENT_FAULTS.has(code))
      expect(loud.map(({ source }) => source.line)).toEqual(config.warnings.map(({ line }) => line))
      for (const [index, { message }] of config.warnings.entries()) {
        const known = CODES_OF_MESSAGE.find(([text]) => message.includes(text))
        expect(known?.[1]).toContain(loud[index]?.code)
      }
    },
  )

  it.each(CONFIGURATIONS)('$id is given back as it was', ({ config, daemon }) => {
    expect(format(parseVector(config, daemon, true))).toBe(config.lines.join('\n'))
  })

  it('are refused when read strictly where a line has a fault that takes something away', () => {
    const refused = CONFIGURATIONS.filter(({ config, daemon }) => {
      try {
        parseVector(config, daemon, false)
        return false
      } catch {
        return true
      }
    })
    expect(refused.map(({ id }) => id)).toEqual([
      'src-mismatch',
      'group-any',
      'mask-syntax',
      'mask-overflow',
      'setaccess',
      'td-oid',
      'td-authgroup-case',
    ])
  })
})
