import {
  claimed,
  describeWith,
  formatSource,
  type Finding,
  type LineSource,
  type Outcome,
  type Reason,
} from '@gatehouse/core'
import * as tcp from '@gatehouse/tcp-wrappers'
import { z } from 'zod'
import { demandAskable, fileKind, type FileKind } from './file-kind.ts'
import { patchOf } from './patch.ts'
import type { FileRole, PolicyText, PolicyTexts } from './policy-texts.ts'
import type { Form, QuestionOptions } from './questions.ts'
import type { StatedAnswer } from './stated.ts'

const text = z.string().min(1)
const names = z.array(text).exactOptional()

const client = z.strictObject({
  address: text,
  name: text.nullable().default(null),
  user: text
    .transform((user) => claimed(user))
    .nullable()
    .exactOptional(),
  netgroups: names,
})

const operationFields = {
  daemon: text,
  server: z
    .strictObject({
      address: text.exactOptional(),
      name: text.nullable().exactOptional(),
      port: z.int().exactOptional(),
      netgroups: names,
    })
    .exactOptional(),
}

const caller: Form<tcp.Client> = {
  options: ['address', 'name', 'user'],
  fromOptions: clientFrom,
  schema: client,
}

const operation: Form<tcp.Operation> = {
  options: ['daemon', 'server', 'port'],
  fromOptions: operationFrom,
  schema: z.strictObject(operationFields),
}

const request: Form<tcp.Request> = {
  options: [...operation.options, ...caller.options],
  fromOptions: (options) => ({ ...operationFrom(options), client: clientFrom(options) }),
  schema: z.strictObject({ ...operationFields, client }),
}

const ROLES = [
  { name: 'allow', title: 'hosts.allow', fileName: 'hosts.allow', required: true },
  { name: 'deny', title: 'hosts.deny', fileName: 'hosts.deny', required: true },
] as const satisfies readonly FileRole[]

/** TCP Wrappers: hosts.allow and hosts.deny. */
export const TCP_WRAPPERS: FileKind = fileKind({
  name: 'tcp-wrappers',
  roles: ROLES,
  settings: ['profile'],
  recognise: ({ name, firstLine }) => {
    const role = /(?:^|\.)(allow|deny)$/i.exec(name)?.[1]?.toLowerCase()
    const sure = /^hosts\.(?:allow|deny)$/i.test(name)
    return sure || /^[^:<]+:/.test(firstLine) ? { sure, role } : undefined
  },
  parse: (texts, { encoding = 'ascii', profile = 'strict' }) => {
    const [allow, deny] = [textOf(texts, 'allow'), textOf(texts, 'deny')]
    return tcp.parse(
      { allow: allow.bytes, deny: deny.bytes },
      { profile, encoding, files: { allow: allow.file, deny: deny.file } },
    )
  },
  questions: { request, operation, caller },
  check: tcp.check,
  explain: (policy: tcp.Policy, whole, texts) => {
    const { decision, ...explanation } = tcp.explain(policy, whole)
    const { rules, effects, smallestEdit } = explanation
    const edited = smallestEdit && textOf(texts, smallestEdit.table)
    return {
      decision,
      lines: [
        ...rulesOf(rules),
        ...effects.map(({ option, value }) => `libwrap would: ${option} ${value ?? ''}`.trimEnd()),
      ],
      patch: smallestEdit && edited && patchOf(edited.file, edited.bytes, smallestEdit.edit),
      explanation,
    }
  },
  whoCan: (policy, what) => {
    demandAskable(tcp.check(policy, { ...what, client: ANYBODY }), describe)
    const answer = tcp.whoCan(policy, what)
    return clausesOf(answer, ({ clients }) => clients, 'everybody else')
  },
  whatCan: (policy, who) => {
    demandAskable(tcp.check(policy, { daemon: 'any', client: who }), describe)
    const answer = tcp.whatCan(policy, who)
    return clausesOf(answer, ({ daemons }) => daemons, 'every other daemon')
  },
  format: (policy, texts) => {
    const formatted = tcp.format(policy)
    return ROLES.flatMap(({ name }) => {
      const canonical = formatted[name]
      return canonical === null ? [] : [{ file: textOf(texts, name).file, text: canonical }]
    })
  },
  lint: (policy) =>
    tcp.lint(policy).map((finding) => ({ ...finding, sentence: sentenceOf(finding) })),
  diff: (before, after) =>
    tcp.diff(before, after).map((difference) => ({
      ...difference,
      requests: tcp.describeRegion(difference.region),
    })),
  test: tcp.test,
  describe,
})

const ANYBODY: tcp.Client = { address: '0.0.0.0', name: null }

function textOf(texts: PolicyTexts, table: tcp.TableName): PolicyText {
  return texts.get(table) ?? { file: `hosts.${table}`, bytes: null }
}

function clientFrom({ address, name, user }: QuestionOptions): object {
  return { address, name: name ?? null, ...(user === undefined ? {} : { user }) }
}

function operationFrom({ daemon, server, port }: QuestionOptions): object {
  if (server === undefined && port === undefined) return { daemon }
  const number = port !== undefined && /^\d{1,5}$/.test(port) ? Number(port) : port
  return {
    daemon,
    server: {
      ...(server === undefined ? {} : { address: server }),
      ...(port === undefined ? {} : { port: number }),
    },
  }
}

function describe({ code, facts = {} }: Reason): string {
  return tcp.describe({ code: code as tcp.Code, facts })
}

function sentenceOf({ code, facts = {} }: Finding<tcp.LintCode>): string {
  return describeWith(tcp.LINT_CODES)({ code, facts })
}

const SAYS: Readonly<Record<tcp.ExplainedRule['says'], string>> = {
  decides: 'decides',
  'too-late': 'comes too late',
  'other-clients': 'for other clients',
  unanswerable: 'cannot be asked',
}

function rulesOf(rules: readonly tcp.ExplainedRule[]): string[] {
  const places = rules.map(({ file, line }) => formatSource({ file, line }))
  const width = Math.max(0, ...places.map(({ length }) => length))
  return rules.map(({ text: written, says }, index) => {
    const place = (places[index] ?? '').padEnd(width)
    return `${place}  ${SAYS[says].padEnd(17)}  ${written.replaceAll(/\\?\r?\n/g, ' ').trim()}`
  })
}

interface Clause {
  readonly outcome: Outcome
  readonly source: LineSource
}

/** Clauses line by line: the first that fits answers. */
function clausesOf<Each extends Clause>(
  answer: { readonly clauses: readonly Each[]; readonly otherwise: Outcome },
  listOf: (clause: Each) => string,
  rest: string,
): StatedAnswer {
  const { clauses, otherwise } = answer
  const all = clauses.map((clause) => [clause.outcome, listOf(clause), formatSource(clause.source)])
  const width = Math.max(rest.length, ...all.map(([, list = '']) => Math.min(list.length, 40)))
  return {
    any: otherwise === 'allow' || clauses.some(({ outcome }) => outcome === 'allow'),
    lines: [...all, [otherwise, rest, '']].map(([outcome = '', list = '', place = '']) =>
      `${outcome.padEnd(5)}  ${list.padEnd(width)}  ${place}`.trimEnd(),
    ),
    answer,
  }
}
