import type { Level, Oid } from '@gatehouse/snmp-access'
import type {
  CommandGenerator,
  SnmpError,
  SnmpResponse,
  SnmpTarget,
} from '@gatehouse/snmp-access/engine'
import type { PeerClock, Varbind } from '@gatehouse/snmp-access/message'
import type { PollSettings } from './settings.ts'
import {
  MAX_STATUS_OBJECTS,
  numberOf,
  partsOf,
  STATUS_TABLE,
  type AgentPart,
} from './status-table.ts'
import type { Try } from './tries.ts'
import { stateVarbind } from './values.ts'

/** Asks agents: a command generator, as far as polls need it. */
export type Asker = Pick<CommandGenerator, 'get' | 'walk' | 'provenClock'>

/** A credential that did not work, and why. */
export interface FailedTry {
  /** Which it is, without what it is. */
  readonly ref: string
  /** A code of `SNMP_ERROR_CODES`, or the error that the peer answered with. */
  readonly code: string
}

/** What one poll of a system came to. */
export type PollResult =
  | {
      readonly outcome: 'up'
      /** Which credential worked. */
      readonly ref: string
      readonly version: '1' | '2c' | '3'
      /** Version 3: how the messages are protected. */
      readonly level?: Level
      /** Version 3 with a digest: the user, and the engine that proved itself to it. */
      readonly proven?: { readonly user: string; readonly engine: PeerClock }
      readonly values: PolledValues
      readonly failed: readonly FailedTry[]
    }
  | { readonly outcome: 'silent' | 'refused'; readonly failed: readonly FailedTry[] }

/** What a system said. */
export interface PolledValues {
  /** sysUpTime in hundredths of a second. */
  readonly upTime?: number
  /** sysName. Unescaped. */
  readonly name?: string
  /** ifNumber. */
  readonly interfaces?: number
  /** The status table of a Gatehouse agent; none of another. */
  readonly parts: readonly AgentPart[]
}

const SYS_UP_TIME: Oid = [1, 3, 6, 1, 2, 1, 1, 3, 0]
const SYS_NAME: Oid = [1, 3, 6, 1, 2, 1, 1, 5, 0]
const IF_NUMBER: Oid = [1, 3, 6, 1, 2, 1, 2, 1, 0]

/** Where a system is asked. */
export interface PollPlace {
  readonly host: string
  readonly port: number
}

/**
 * Asks one system with one credential after another, until one is answered.
 *
 * An answer to a community proves nothing about who gave it. Never rejects for what a peer does.
 */
export async function pollSystem(
  asker: Asker,
  place: PollPlace,
  tries: readonly Try[],
  settings: Pick<PollSettings, 'timeoutMs' | 'retries' | 'stopAfter'>,
): Promise<PollResult> {
  const failed: FailedTry[] = []
  for (const one of tries) {
    const target = targetOf(one, place, settings)
    // oxlint-disable-next-line no-await-in-loop -- one credential after the other
    const asked = await ask(asker, target, SYS_UP_TIME)
    if ('response' in asked && asked.response.errorStatus !== 'authorizationError') {
      const upTime = numberOf(found(asked)?.value)
      // oxlint-disable-next-line no-await-in-loop -- the last turn
      const values = await readValues(asker, target, upTime, tableMs(settings))
      const { ref, version } = one
      const level = one.version === '3' ? { level: one.level } : {}
      // oxlint-disable-next-line no-await-in-loop
      const proven = await provenBy(asker, target)
      return { outcome: 'up', ref, version, ...level, ...proven, values, failed }
    }
    const code = 'response' in asked ? asked.response.errorStatus : asked.code
    failed.push({ ref: one.ref, code })
  }
  const isRefused = failed.some(({ code }) => !SILENCE.has(code))
  return { outcome: isRefused ? 'refused' : 'silent', failed }
}

/** Codes of nothing coming back. */
const SILENCE: ReadonlySet<string> = new Set(['timeout', 'send-failed', 'host-unknown', 'closed'])

/** Codes by which a peer refuses a user; repeated, they may lock an account. */
const USER_REFUSALS: ReadonlySet<string> = new Set([
  'report:unknownUserNames',
  'report:wrongDigests',
  'report:unsupportedSecLevels',
  'report:decryptionErrors',
])

/** Which of the failed tries were users that the peer refused, by their references. */
export function refusedUsers(failed: readonly FailedTry[]): readonly string[] {
  return failed.filter(({ code }) => USER_REFUSALS.has(code)).map(({ ref }) => ref)
}

/** The peer of one try. */
function targetOf(
  one: Try,
  { host, port }: PollPlace,
  { timeoutMs, retries }: Pick<PollSettings, 'timeoutMs' | 'retries'>,
): SnmpTarget {
  const common = { host, port, timeoutMs, retries }
  return one.version === '3'
    ? { ...common, version: '3', user: one.user, level: one.level }
    : { ...common, version: one.version, community: one.community }
}

async function provenBy(
  asker: Asker,
  target: SnmpTarget,
): Promise<Pick<Extract<PollResult, { readonly outcome: 'up' }>, 'proven'>> {
  const engine = await asker.provenClock(target).catch(() => undefined)
  if (engine === undefined || target.user === undefined) return {}
  return { proven: { user: target.user.name, engine } }
}

type Asked = { readonly response: SnmpResponse } | { readonly code: string }

async function ask(asker: Asker, target: SnmpTarget, oid: Oid): Promise<Asked> {
  try {
    return { response: await asker.get(target, [oid]) }
  } catch (error) {
    const { code = 'internal-error' } = error as Partial<SnmpError>
    return { code }
  }
}

/** The object asked for, if it was answered: version 1 says by an error that it is not there. */
function found(asked: Asked): Varbind | undefined {
  if (!('response' in asked) || asked.response.errorStatus !== 'noError') return undefined
  return asked.response.varbinds[0]
}

async function readValues(
  asker: Asker,
  target: SnmpTarget,
  upTime: number | undefined,
  limitMs: number,
): Promise<PolledValues> {
  // Version 1 answers for all of them or for none.
  const asked = [SYS_NAME, IF_NUMBER].map((oid) => ask(asker, target, oid))
  const [name, interfaces] = (await Promise.all(asked)).map(found)
  const text = name === undefined ? undefined : stateVarbind(name).value
  const count = numberOf(interfaces?.value)
  return {
    ...(upTime !== undefined && { upTime }),
    ...(text !== undefined && { name: String(text) }),
    ...(count !== undefined && { interfaces: count }),
    parts: await readParts(asker, target, limitMs),
  }
}

/** How long the table may take in all: an agent that gives row by row as late as it may holds up others. */
function tableMs({ timeoutMs, retries }: Pick<PollSettings, 'timeoutMs' | 'retries'>): number {
  return TABLE_WAITS * timeoutMs * (retries + 1)
}

/** Answers that would come in that time, each as late as may be; a full table needs twenty. */
const TABLE_WAITS = 10

async function readParts(
  asker: Asker,
  target: SnmpTarget,
  limitMs: number,
): Promise<readonly AgentPart[]> {
  const rows: Varbind[] = []
  const since = performance.now()
  try {
    const limit = { maxVarbinds: MAX_STATUS_OBJECTS }
    for await (const varbind of asker.walk(target, STATUS_TABLE, limit)) {
      rows.push(varbind)
      if (performance.now() - since > limitMs) break
    }
  } catch {
    // A part of the table is better than none, and the system has answered already.
  }
  return partsOf(rows)
}
