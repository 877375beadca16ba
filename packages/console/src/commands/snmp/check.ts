import * as snmp from '@gatehouse/snmp-access'
import { fact } from '../../certificates/render.ts'
import { stateDecision } from '../../certificates/stated.ts'
import { EXIT, type ExitCode } from '../../exit-code.ts'
import { renderDecision } from '../../render.ts'
import { painter, type Paint, type Terminal } from '../../terminal.ts'
import type { PolicyResult } from '../each-policy.ts'
import { eachConfiguration, nameOf, type SnmpFileOptions } from './configuration.ts'
import { readAsked, type Asked, type AskedOptions } from './request.ts'

/** Options of `snmp check` and `snmp explain`. */
export type CheckSnmpOptions = SnmpFileOptions & AskedOptions

/** `gatehouse snmp check FILE …`: whether configurations can be read or, with a request, what they decide. */
export function checkSnmp(
  files: readonly string[],
  options: CheckSnmpOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const paint = painter(terminal.colour)
  const read = askedOnce(options, terminal)
  return eachConfiguration('snmp check', files, options, terminal, async (configuration) => {
    const asked = await read(configuration.daemon)
    if (asked !== undefined) return decided(configuration, asked, paint)
    const out = `${nameOf(configuration)}, ${paint('allow', 'in order')}`
    return { exit: EXIT.allow, fields: {}, out }
  })
}

/** Reads what is asked once for each daemon: standard input can be read once only. */
export function askedOnce(
  options: AskedOptions,
  terminal: Terminal,
): (daemon: snmp.Daemon) => Promise<Asked | undefined> {
  const { input } = terminal
  let read: Promise<Uint8Array> | undefined
  const once: Terminal =
    input === undefined
      ? terminal
      : {
          ...terminal,
          input: () => {
            read ??= input()
            return read
          },
        }
  return (daemon) => readAsked(options, daemon, once)
}

function decided(policy: snmp.Configuration, asked: Asked, paint: Paint): PolicyResult {
  return asked.kind === 'request'
    ? decidedRequest(snmp.check(policy, asked.request), paint)
    : decidedNotification(snmp.checkNotification(policy, asked.notification), paint)
}

/** What is said of the decision on a command. */
export function decidedRequest(
  verdict: snmp.Verdict,
  paint: Paint,
): PolicyResult & { out: string } {
  const { reply, errorStatus, errorIndex, report, counters, authFailureTrap } = verdict
  const decision = stateDecision(verdict, snmp.describe)
  const lines = [...renderDecision(decision, paint), fact('reply', replyText(verdict))]
  if (authFailureTrap) lines.push(fact('sends', 'authenticationFailure to its trap sinks'))
  return {
    exit: EXIT[verdict.outcome],
    fields: { ...decision, reply, errorStatus, errorIndex, report, counters, authFailureTrap },
    out: lines.join('\n'),
  }
}

/** What goes back, in words. */
export function replyText({
  reply,
  errorStatus,
  errorIndex,
  report,
}: Pick<snmp.Verdict, 'reply' | 'errorStatus' | 'errorIndex' | 'report'>): string {
  if (reply === 'silence') return 'none: the sender hears nothing'
  if (reply === 'report') return `report ${report ?? ''}`
  return errorStatus === 'noError' ? 'response' : `response ${errorStatus}, index ${errorIndex}`
}

/** What is said of the decision on a notification. */
export function decidedNotification(
  verdict: snmp.NotificationVerdict,
  paint: Paint,
): PolicyResult & { out: string } {
  const { purposes, acknowledged, report } = verdict
  const decision = stateDecision(verdict, snmp.describe)
  const uses = purposes.length === 0 ? 'nothing: it is dropped without a word' : purposes.join(', ')
  const lines = [...renderDecision(decision, paint), fact('use', uses)]
  if (report !== null) lines.push(fact('reply', `report ${report}`))
  else if (acknowledged) lines.push(fact('reply', 'acknowledged'))
  return {
    exit: EXIT[verdict.outcome],
    fields: { ...decision, purposes, acknowledged, report },
    out: lines.join('\n'),
  }
}
