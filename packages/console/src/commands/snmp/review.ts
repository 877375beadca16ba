import { ConfigError, describeWith, escapeControls, formatSource } from '@gatehouse/core'
import * as snmp from '@gatehouse/snmp-access'
import { stateDecision } from '../../certificates/stated.ts'
import { EXIT, type ExitCode } from '../../exit-code.ts'
import type { StatedDifference } from '../../kinds/stated.ts'
import { maskedEdit } from '../../snmp/mask.ts'
import { painter, type Terminal } from '../../terminal.ts'
import { renderDifferences } from '../diff.ts'
import { renderFinding } from '../review.ts'
import { eachConfiguration, nameOf, type SnmpFileOptions } from './configuration.ts'
import { readOid } from './request.ts'

/** Uses of an object or a notification. */
export const OPERATIONS = ['read', 'write', 'notify', 'log', 'execute', 'net'] as const

/** Options of `snmp who-can`. */
export interface WhoCanSnmpOptions extends SnmpFileOptions {
  /** The object; of a notification its name. */
  readonly oid: string
  /** What is done with it. Default `read`, of snmptrapd `log`. */
  readonly operation?: (typeof OPERATIONS)[number]
}

/** `gatehouse snmp who-can FILE … --oid OID`: all who may. Exit code 1 when nobody may. */
export function whoCanSnmp(
  files: readonly string[],
  options: WhoCanSnmpOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const oid = readOid(options.oid)
  return eachConfiguration('snmp who-can', files, options, terminal, (configuration) => {
    const operation = options.operation ?? (configuration.daemon === 'snmpd' ? 'read' : 'log')
    const answer = snmp.whoCan(configuration, oid, operation)
    const { everybody, communities, users } = answer
    const any = everybody || communities.length + users.length > 0
    const lines = [
      ...(everybody ? ['everybody, by disableAuthorization'] : []),
      ...communities.map(communityLine),
      ...users.map(userLine),
    ]
    const out = (any ? lines : ['nobody']).map(escapeControls).join('\n')
    return { exit: any ? EXIT.allow : EXIT.deny, fields: { operation, any, answer }, out }
  })
}

function communityLine(clause: snmp.CommunityClause): string {
  const { securityName, source, except, models, origin } = clause
  const but = except.length === 0 ? '' : ` but not ${except.join(', ')}`
  const from = `${source}${but}`
  return `community of ${securityName} from ${from}, ${models.join(' and ')}  ${formatSource(origin)}`
}

function userLine({ user, contexts, levels, origin }: snmp.UserClause): string {
  const places = contexts.map((context) => (context === '' ? 'the default context' : context))
  const how = levels.join(' or ')
  return `user ${user} in ${places.join(', ')}, ${how}  ${formatSource(origin)}`
}

const FINDING = describeWith(snmp.LINT_CODES)

/** `gatehouse snmp lint FILE …`: findings by line. Exit code 1 when one is more than a note. */
export function lintSnmp(
  files: readonly string[],
  options: SnmpFileOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const paint = painter(terminal.colour)
  // A strict reading refuses the lines that there is something to say of.
  const lenient = { lenient: true, ...options }
  return eachConfiguration('snmp lint', files, lenient, terminal, (configuration) => {
    const findings = snmp.lint(configuration).map(({ fix, ...finding }) => {
      const { code, facts = {} } = finding
      const masked = fix === undefined ? {} : { fix: maskedEdit(fix) }
      return { ...finding, ...masked, sentence: FINDING({ code, facts }) }
    })
    const lines = findings.flatMap((finding) => renderFinding(finding, paint))
    const out = lines.length === 0 ? `${nameOf(configuration)}, no finding` : lines.join('\n')
    const exit = findings.some(({ severity }) => severity !== 'note') ? EXIT.deny : EXIT.allow
    return { exit, fields: { findings }, out }
  })
}

/** Options of `snmp diff`. */
export interface DiffSnmpOptions extends SnmpFileOptions {
  /** Whether new access is a failure. */
  readonly failOnNewAccess?: boolean
}

/** `gatehouse snmp diff BEFORE AFTER`: the GETs and SETs whose outcome changes, each with an example. */
export function diffSnmp(
  before: string,
  after: string,
  options: DiffSnmpOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  let old: snmp.Configuration | undefined
  const files = [before, after]
  return eachConfiguration('snmp diff', files, options, terminal, (configuration) => {
    if (configuration.daemon === 'snmptrapd') {
      throw new ConfigError('`snmp diff` compares what snmpd answers, not what snmptrapd takes')
    }
    if (old === undefined) {
      old = configuration
      return { exit: EXIT.allow, fields: {} }
    }
    const differences = snmp.diff(old, configuration).map(stateDifference)
    const opens = differences.some((difference) => difference.after.outcome === 'allow')
    const failed = options.failOnNewAccess === true && opens
    const out = renderDifferences(differences, undefined, painter(terminal.colour))
    return { exit: failed ? EXIT.deny : EXIT.allow, fields: { differences }, out }
  })
}

type SnmpDifference = ReturnType<typeof snmp.diff>[number]

function stateDifference(difference: SnmpDifference): StatedDifference {
  const { region, example, before, after } = difference
  const { operation, sender } = region
  const { community, varbinds, ...rest } = example
  const rows = { before: rowOf(region.rows.before), after: rowOf(region.rows.after) }
  return {
    region: { operation, sender, rows },
    requests: `${operation} by ${senderText(sender)}, ${rowsText(rows)}`,
    example: {
      ...rest,
      ...(community !== undefined && { community: '[secret]' }),
      varbinds: varbinds.map(({ oid }) => ({ oid: snmp.formatOid(oid) })),
    },
    before: stateDecision(before, snmp.describe) as StatedDifference['before'],
    after: stateDecision(after, snmp.describe) as StatedDifference['after'],
  }
}

function senderText(sender: snmp.RegionSender): string {
  if (sender.kind === 'user') {
    const where = sender.context === '' ? '' : ` in context ${sender.context}`
    return `user ${sender.user}${where} (${sender.levels.join(', ')})`
  }
  const { versions, before, after } = sender
  const [was, is] = [before, after].map((place) => (place ? formatSource(place) : 'no entry'))
  return `the community of ${was ?? ''} and ${is ?? ''} (version ${versions.join(', ')})`
}

type Row = snmp.ChangedRegion['rows']['before']

interface StatedRow {
  readonly view: string
  readonly included: boolean
  readonly subtree: string
  readonly origin: snmp.Origin
}

function rowOf(row: Row): StatedRow | null {
  if (row === null) return null
  const { view, included, subtree, origin } = row
  return { view, included, subtree: snmp.formatOid(subtree), origin }
}

function rowsText(rows: {
  readonly before: StatedRow | null
  readonly after: StatedRow | null
}): string {
  const [was, is] = [rows.before, rows.after].map((row) => {
    if (row === null) return 'no row'
    return `${row.subtree} ${row.included ? 'included' : 'excluded'}`
  })
  return `${was ?? ''} becomes ${is ?? ''}`
}
