import { ConfigError, formatSource } from '@gatehouse/core'
import * as snmp from '@gatehouse/snmp-access'
import { fact } from '../../certificates/render.ts'
import type { ExitCode } from '../../exit-code.ts'
import { painter, type Paint, type Terminal } from '../../terminal.ts'
import type { PolicyResult } from '../each-policy.ts'
import {
  askedOnce,
  decidedNotification,
  decidedRequest,
  replyText,
  type CheckSnmpOptions,
} from './check.ts'
import { eachConfiguration } from './configuration.ts'
import type { Asked } from './request.ts'

/** `gatehouse snmp explain FILE …`: a decision, every entry on the way to it, and what the daemon would do. */
export function explainSnmp(
  files: readonly string[],
  options: CheckSnmpOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const paint = painter(terminal.colour)
  const read = askedOnce(options, terminal)
  return eachConfiguration('snmp explain', files, options, terminal, async (configuration) => {
    const asked = await read(configuration.daemon)
    if (asked === undefined) throw new ConfigError('`snmp explain` needs a request: see `--help`')
    return explained(configuration, asked, paint)
  })
}

function explained(policy: snmp.Configuration, asked: Asked, paint: Paint): PolicyResult {
  if (asked.kind === 'notification') {
    const verdict = snmp.checkNotification(policy, asked.notification)
    const { out, ...result } = decidedNotification(verdict, paint)
    const { path } = verdict
    return {
      ...result,
      fields: { ...result.fields, path: statePath(path) },
      out: [out, ...pathLines(path)].join('\n'),
    }
  }
  const explanation = snmp.explain(policy, asked.request)
  const { out, ...result } = decidedRequest(explanation.decision, paint)
  const { decision: _decision, daemon, ...account } = explanation
  const isOther = policy.profile !== 'net-snmp'
  return {
    ...result,
    fields: { ...result.fields, explanation: { ...account, daemon } },
    out: [
      out,
      ...accountLines(explanation),
      ...(isOther ? [fact('net-snmp', replyText(daemon))] : []),
    ].join('\n'),
  }
}

const SAYS: Readonly<Record<snmp.ExplainedEntry['says'], string>> = {
  decides: 'decides',
  'too-late': 'comes too late',
  'other-source': 'for other addresses',
  'other-family': 'of the other address family',
}

function accountLines(explanation: snmp.Explanation): string[] {
  const { entries, securityName, context, group, access, view, objects } = explanation
  return [
    ...entries.map(({ origin, source, says }) =>
      fact('entry', `${formatSource(origin)}  ${SAYS[says]}  ${source}`),
    ),
    ...(securityName === null ? [] : [fact('name', nameText(securityName, context))]),
    ...(group === null ? [] : [fact('group', `${formatSource(group.origin)}  ${group.name}`)]),
    ...(access === null ? [] : [fact('access', `${formatSource(access.origin)}  ${access.level}`)]),
    ...(view === null ? [] : [fact('view', `${formatSource(view.origin)}  ${view.name}`)]),
    ...objects.map(({ oid, state, row }) =>
      fact('object', `${snmp.formatOid(oid)}  ${state}${row === null ? '' : `  ${placeOf(row)}`}`),
    ),
  ]
}

function placeOf(origin: snmp.Origin): string {
  return formatSource(origin)
}

function nameText(securityName: string, context: string): string {
  return context === '' ? securityName : `${securityName} in context ${context}`
}

function statePath({ status, securityName, context, group, access }: snmp.AccessPath): object {
  return {
    status,
    securityName,
    context,
    group: group && { name: group.group, origin: group.origin },
    access: access && { level: access.level, origin: access.origin },
  }
}

function pathLines({ securityName, context, community, group, access }: snmp.AccessPath): string[] {
  return [
    ...(community === null ? [] : [fact('entry', formatSource(community.origin))]),
    ...(securityName === null ? [] : [fact('name', nameText(securityName, context))]),
    ...(group === null ? [] : [fact('group', `${formatSource(group.origin)}  ${group.group}`)]),
    ...(access === null ? [] : [fact('access', `${formatSource(access.origin)}  ${access.level}`)]),
  ]
}
