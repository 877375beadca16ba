import type { Appends } from './audit-log.ts'
import type { Times } from './certificate-trust.ts'
import { OURS, type HostileFigure } from './certificates/hostile.ts'
import type { Options } from './command.ts'
import type { Loaded } from './loading.ts'
import { markdownTable, short } from './markdown-table.ts'
import type { Measurement } from './measure.ts'
import type { Model } from './model.ts'
import { MODELS } from './models/index.ts'
import { readFigures, report } from './report.ts'
import type { TaskTimes } from './secure-task.ts'
import type { SnmpFigures } from './snmp.ts'
import { OURS as OUR_AGENT } from './snmp/agents.ts'
import { DAEMON as TRAP_DAEMON, OURS as OUR_RECEIVER } from './snmp/receivers.ts'
import type { LookUpTimes } from './ssh-known-hosts.ts'
import { OURS as OUR_SESSIONS, type SessionTimes } from './ssh-sessions.ts'
import { MICROSECONDS_THERE, microsecondsHere } from './yardstick.ts'

/** One goal and what came of it. */
interface Goal {
  readonly what: string
  readonly goal: string
  readonly reached: string
  readonly isMet: boolean
}

const SMALL = 10_000
const LARGE = 100_000

/** Says of each goal whether the figures of the last whole runs meet it. */
export async function benchGoals(options: Options): Promise<void> {
  const { out } = options
  if (out === null) return
  const loaded = (readFigures(out, 'loading') ?? []) as readonly Loaded[]
  const goals = [
    ...Object.values(MODELS).flatMap((withModel) =>
      withModel((model) => [...rateGoals(model, out), ...loadGoals(model, loaded)]),
    ),
    ...chainGoals((readFigures(out, 'certificate-trust') ?? []) as readonly Times[]),
    ...hostileGoals((readFigures(out, 'certificate-hostile') ?? []) as readonly HostileFigure[]),
    ...taskGoals((readFigures(out, 'secure-task') ?? []) as readonly TaskTimes[]),
    ...lookUpGoals((readFigures(out, 'ssh-known-hosts') ?? []) as readonly LookUpTimes[]),
    ...sessionGoals((readFigures(out, 'ssh-sessions') ?? []) as readonly SessionTimes[]),
    ...snmpGoals(readFigures(out, 'snmp') as SnmpFigures | undefined),
    ...appendGoals((readFigures(out, 'audit-log') ?? []) as readonly Appends[]),
  ]
  if (goals.length === 0) return
  const here = Math.round(await microsecondsHere())
  const speed = `Three bare checks of a P-256 signature took ${here} µs when this was written, and ${MICROSECONDS_THERE} µs on the machine for which the goals of rates and loads were set.`
  report({ name: 'goals', body: `${tableOf(goals)}\n\n${speed}`, figures: goals }, options)
}

function rateGoals<Request>({ name, subject }: Model<Request>, out: string): Goal[] {
  const measurements = (readFigures(out, name) ?? []) as readonly Measurement[]
  const ours = (size: number): number | undefined =>
    measurements.find((one) => one.subject === subject && one.size === size)?.perSecond ?? undefined
  const peers = measurements.filter((one) => one.subject !== subject && one.size === SMALL)
  const best = peers.toSorted((a, b) => (b.perSecond ?? 0) - (a.perSecond ?? 0))[0]
  return [
    ...atLeast(`${subject} at 10,000`, 1_500_000, ours(SMALL), '/s'),
    ...atLeast(`${subject} at 100,000`, 700_000, ours(LARGE), '/s'),
    ...atLeast(
      `${subject} at 10,000, against ${best?.subject ?? ''}`,
      5,
      (ours(SMALL) ?? Number.NaN) / (best?.perSecond ?? Number.NaN),
      '×',
    ),
  ]
}

function loadGoals<Request>({ name }: Model<Request>, loaded: readonly Loaded[]): Goal[] {
  const own = loaded.find(({ subject, size }) => subject === `${name}, ours` && size === LARGE)
  if (own === undefined) return []
  const { seconds, cpuSeconds, bytesPerRule } = own
  return [
    timeGoal(`${name}, loading 100,000, by the clock`, seconds),
    timeGoal(`${name}, loading 100,000, by CPU time of all threads`, cpuSeconds),
    {
      what: `${name}, memory a rule`,
      goal: 'at most 200 B',
      reached: `${Math.round(bytesPerRule)} B`,
      isMet: bytesPerRule <= 200,
    },
  ]
}

function timeGoal(what: string, seconds: number): Goal {
  return { what, goal: 'under 0.5 s', reached: `${seconds.toFixed(3)} s`, isMet: seconds < 0.5 }
}

function appendGoals(figures: readonly Appends[]): Goal[] {
  const own = figures[0]
  const what = 'audit-log, durable appends in bulk'
  return [
    ...atLeast(`${what}, by the clock`, 300_000, own?.perSecond, '/s'),
    ...atLeast(`${what}, by CPU time`, 300_000, own?.perCpuSecond, '/s'),
  ]
}

/** Most that a chain may take, as multiples of the three signature checks in it. */
const CHAIN_GOALS = [
  ['RSA-2048', 'ours, cold', 4],
  ['RSA-2048', 'ours, warm', 1.7],
  ['P-256', 'ours, cold', 3],
  ['P-256', 'ours, warm', 1.4],
] as const

function chainGoals(figures: readonly Times[]): Goal[] {
  return CHAIN_GOALS.flatMap(([chain, subject, goal]) => {
    const own = figures.find((one) => one.chain === chain && one.subject === subject)
    if (own === undefined) return []
    return {
      what: `certificate-trust, ${chain}, ${subject}`,
      goal: `at most ${goal}×`,
      reached: `${own.ratio.toFixed(2)}×`,
      isMet: own.ratio <= goal,
    }
  })
}

const MOST_HOSTILE_MS = 100

/** The worst of the hostile inputs counts. */
function hostileGoals(figures: readonly HostileFigure[]): Goal[] {
  const [worst] = figures
    .filter(({ verifier }) => verifier === OURS)
    .toSorted((one, other) => (other.perThousand ?? Infinity) - (one.perThousand ?? Infinity))
  if (worst === undefined) return []
  const { input, perThousand } = worst
  return [
    {
      what: `certificate-trust, 1,000 hostile certificates, at worst: ${input}`,
      goal: `under ${MOST_HOSTILE_MS} ms`,
      reached: perThousand === null ? 'no end' : `${short(perThousand)} ms`,
      isMet: (perThousand ?? Infinity) < MOST_HOSTILE_MS,
    },
  ]
}

const MOST_OF_PLAIN = 1.3

/** Every kind of handler and store, over one kept connection. */
function taskGoals(figures: readonly TaskTimes[]): Goal[] {
  return figures
    .filter(({ connections }) => connections === 1)
    .map(({ handler, store, ratio }) => ({
      what: `secure-task, Ed25519, handler ${handler}, values in ${store}, CPU of the server`,
      goal: `at most ${MOST_OF_PLAIN}× plain HTTPS`,
      reached: `${ratio.toFixed(2)}×`,
      isMet: ratio <= MOST_OF_PLAIN,
    }))
}

const MOST_AGAIN_MS = 0.05

function lookUpGoals(figures: readonly LookUpTimes[]): Goal[] {
  return figures.flatMap(({ names, ratio, again }) => [
    {
      what: `ssh-known-hosts, ${names}, first look-up, against \`ssh-keygen -F\``,
      goal: 'at most 1×',
      reached: `${ratio.toFixed(2)}×`,
      isMet: ratio <= 1,
    },
    {
      what: `ssh-known-hosts, ${names}, a name that was asked before`,
      goal: 'under 50 µs',
      reached: `${(again * 1000).toFixed(1)} µs`,
      isMet: again < MOST_AGAIN_MS,
    },
  ])
}

/** Whoever else does the same work takes at least as long. */
function sessionGoals(figures: readonly SessionTimes[]): Goal[] {
  return figures
    .filter(({ subject }) => !OUR_SESSIONS.has(subject))
    .map(({ what, subject, ratio }) => ({
      what: `ssh-sessions, ${what}, against ${subject}`,
      goal: 'not slower',
      reached: `${ratio.toFixed(1)}× as fast`,
      isMet: ratio >= 1,
    }))
}

const MOST_OF_DAEMON_WALK = 1.5
const LEAST_DECISIONS = 500_000

function snmpGoals(figures: SnmpFigures | undefined): Goal[] {
  if (figures === undefined) return []
  const { gets, walks, traps, decisions } = figures
  const own = gets.filter(({ subject }) => subject === OUR_AGENT)
  const walk = walks.find(({ subject }) => subject === OUR_AGENT)
  return [
    ...own.map(({ outstanding, cpuRatio }) => ({
      what: `snmp, CPU of a GET, ${outstanding} under way, against snmpd`,
      goal: 'at most 1×',
      reached: `${cpuRatio.toFixed(2)}×`,
      isMet: cpuRatio <= 1,
    })),
    {
      what: 'snmp, walk of 1,000 rows by the clock, against snmpd',
      goal: `at most ${MOST_OF_DAEMON_WALK}×`,
      reached: `${walk?.ratio.toFixed(2) ?? '–'}×`,
      isMet: (walk?.ratio ?? Infinity) <= MOST_OF_DAEMON_WALK,
    },
    ...trapGoals(traps),
    ...atLeast('snmp, decisions with 1,000 views', LEAST_DECISIONS, decisions, '/s'),
  ]
}

function trapGoals(traps: SnmpFigures['traps']): Goal[] {
  const [moderate, high] = [...new Set(traps.map(({ rate }) => rate))]
  const lossOf = (who: string, rate?: number): number =>
    traps.find((one) => one.subject === who && one.rate === rate)?.worst ?? Number.NaN
  const [own, ownHigh] = [lossOf(OUR_RECEIVER, moderate), lossOf(OUR_RECEIVER, high)]
  const theirs = lossOf(TRAP_DAEMON, high)
  return [
    {
      what: `snmp, traps at ${moderate}/s, worst round`,
      goal: 'no loss',
      reached: percent(own),
      isMet: own === 0,
    },
    {
      what: `snmp, traps at ${high}/s, worst round, against snmptrapd with ${percent(theirs)}`,
      goal: 'less loss',
      reached: percent(ownHigh),
      isMet: ownHigh === 0 || ownHigh < theirs,
    },
  ]
}

function percent(part: number): string {
  return `${(part * 100).toFixed(2)} %`
}

function atLeast(what: string, goal: number, value = Number.NaN, unit = ''): Goal[] {
  if (Number.isNaN(value)) return []
  const [wanted, reached] = [goal, value].map((number) => `${short(number)}${unit}`)
  return [{ what, goal: `at least ${wanted}`, reached: reached ?? '', isMet: value >= goal }]
}

function tableOf(goals: readonly Goal[]): string {
  return markdownTable([
    ['what', 'goal', 'reached', 'met'],
    ...goals.map(({ what, goal, reached, isMet }) => [
      what,
      goal,
      reached,
      isMet ? 'yes' : '**no**',
    ]),
  ])
}
