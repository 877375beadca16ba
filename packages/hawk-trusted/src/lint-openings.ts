import type { Finding } from '@gatehouse/core'
import { ANY_NAME, exactly, meet, type Box, type LineBox } from './box.ts'
import { BoxIndex } from './box-index.ts'
import { ACTION, EVERY_OPERATION, isNamed } from './coverage.ts'
import { formatEntry } from './format.ts'
import type { LintCode } from './lint-codes.ts'
import type { LintedPolicy } from './linted-policy.ts'
import type { Entry } from './model.ts'

const CUSTOM = 'COM.TIBCO.hawk.microagent.Custom'
const RULE_ENGINE = 'COM.TIBCO.hawk.microagent.RuleBaseEngine'

/** Methods that run a command on the agent, and the method column that closes them. */
const COMMANDS = [
  {
    microagent: CUSTOM,
    methods: ['execute', 'executeForString', 'executeForNumber'],
    closing: '*',
  },
  { microagent: RULE_ENGINE, methods: ['execute'], closing: 'execute' },
] as const

type Commands = (typeof COMMANDS)[number]

/** Finds lines that open more than anybody can have meant, or that close less. */
export function findOpenings(linted: LintedPolicy): Finding<LintCode>[] {
  const wildcards = linted.grants.filter(isForEveryone)
  const named = new BoxIndex(
    linted.grants.filter((box) => !isForEveryone(box) && isNamed(box.entry.microagent)),
  )
  return [
    ...wildcards.flatMap((box) => [
      ...findFullAccess(linted, box),
      ...COMMANDS.flatMap((commands) => findCommands(linted, box, commands)),
      ...findNamed(linted, box, named),
    ]),
    ...linted.restrictions.flatMap((box) => findHalfClosed(linted, box)),
  ]
}

function isForEveryone({ spans: [user] }: Box): boolean {
  return user === ANY_NAME
}

function findFullAccess(linted: LintedPolicy, box: LineBox): Finding<LintCode>[] {
  const isFull = box.spans.every((span) => span === ANY_NAME) && isOpen(linted, box)
  if (!isFull || box.operations !== EVERY_OPERATION) return []
  const source = linted.at(box.entry)
  return [{ code: 'full-access-for-everyone', severity: 'error', source, related: [] }]
}

function findCommands(
  linted: LintedPolicy,
  box: LineBox,
  { microagent, methods, closing }: Commands,
): Finding<LintCode>[] {
  const { method } = box.entry
  const candidates = new Set<string>(methods)
  if (microagent === CUSTOM && method?.startsWith('execute') === true) candidates.add(method)
  const open = [...candidates].filter((name) => {
    const command = meet(box, commandBox(microagent, name, EVERYBODY))
    return command !== undefined && isOpen(linted, command)
  })
  if (open.length === 0) return []
  return [
    {
      code: 'commands-open-to-everyone',
      severity: 'error',
      source: linted.at(box.entry),
      related: [],
      facts: { microagent, methods: open.join(' ') },
      fix: [insertion(box.entry, { user: '*', node: '*', microagent, method: closing })],
    },
  ]
}

const EVERYBODY: Box = {
  spans: [ANY_NAME, ANY_NAME, ANY_NAME, ANY_NAME],
  operations: EVERY_OPERATION,
}

/** The requests of a box for one command, as an action. */
function commandBox(microagent: string, method: string, { spans, operations }: Box): Box {
  return {
    spans: [...spans.slice(0, 4), exactly(microagent), exactly(method)],
    operations: operations & ACTION,
  }
}

/** The recipe that rests on a named line shadowing the wildcard: it does not, grants add up. */
function findNamed(
  linted: LintedPolicy,
  wildcard: LineBox,
  named: BoxIndex<LineBox>,
): Finding<LintCode>[] {
  const opened = new Map<string, { entries: Entry[]; operations: number }>()
  for (const box of named.across(wildcard)) {
    const { entry, spans, operations } = box
    const shared = meet(wildcard, { spans: [ANY_NAME, ...spans.slice(1)], operations })
    if (shared === undefined || !isOpen(linted, shared)) continue
    const microagent = entry.microagent as string
    const known = opened.get(microagent) ?? { entries: [], operations: 0 }
    known.entries.push(entry)
    known.operations |= shared.operations & ~linted.restricted.covered(shared)
    opened.set(microagent, known)
  }
  return [...opened].map(([microagent, { entries, operations }]) => ({
    code: 'wildcard-opens-what-another-line-names',
    severity: (operations & ACTION) === 0 ? 'warning' : 'error',
    source: linted.at(wildcard.entry),
    related: inOrder(entries).map((entry) => linted.at(entry)),
    facts: { microagent },
    fix: [
      insertion(inOrder(entries).at(-1) as Entry, {
        user: '*',
        node: '*',
        microagent,
        method: '*',
      }),
    ],
  }))
}

/** A restriction on Custom that leaves the same users the command of the rule engine. */
function findHalfClosed(linted: LintedPolicy, box: LineBox): Finding<LintCode>[] {
  const { entry } = box
  const { microagent, method } = entry
  if (microagent !== CUSTOM || (isNamed(method) && !method.startsWith('execute'))) return []
  const command = commandBox(RULE_ENGINE, 'execute', box)
  const open = [...linted.granted.across(command)].filter((grant) => {
    const shared = meet(grant, command)
    return shared !== undefined && isOpen(linted, shared)
  })
  if (open.length === 0) return []
  const { user, node } = entry
  const columns = { user, node: node ?? '*', microagent: RULE_ENGINE, method: 'execute' } as const
  return [
    {
      code: 'commands-half-closed',
      severity: 'warning',
      source: linted.at(entry),
      related: inOrder(open.map((grant) => grant.entry)).map((grant) => linted.at(grant)),
      facts: { microagent: RULE_ENGINE, methods: 'execute' },
      fix: [insertion(entry, columns)],
    },
  ]
}

function inOrder(entries: readonly Entry[]): Entry[] {
  return entries.toSorted((a, b) => a.line - b.line)
}

/** Whether restrictions leave anything of a box. */
function isOpen({ restricted }: LintedPolicy, box: Box): boolean {
  return (box.operations & ~restricted.covered(box)) !== 0
}

function insertion(
  after: Entry,
  columns: Pick<Entry, 'user' | 'node' | 'microagent' | 'method'>,
): { change: 'insert'; after: number; text: string } {
  const entry: Entry = { kind: 'entry', effect: 'restriction', line: after.line, ...columns }
  return { change: 'insert', after: after.line, text: formatEntry(entry).join('  ') }
}
