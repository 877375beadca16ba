import * as bmc from '@gatehouse/bmc-authorization'
import { claimed, describeWith, formatSource, type Finding, type Reason } from '@gatehouse/core'
import { z } from 'zod'
import { demandAskable, fileKind, type FileKind } from './file-kind.ts'
import { patchOf } from './patch.ts'
import type { Form, QuestionOptions } from './questions.ts'
import { SOLE_ROLE, soleFormatted, soleRole, soleText } from './sole-file.ts'

const text = z.string().min(1)

const callerFields = {
  peer: z.strictObject({ address: text, verifiedName: text.nullable().default(null) }),
  claimedUser: text.transform((user) => claimed(user)),
}

const operationFields = {
  action: text,
  startedByCaller: z.boolean().default(false),
  othersHaveRequests: z.boolean().default(false),
}

const caller: Form<bmc.Caller> = {
  options: ['user', 'address', 'name'],
  fromOptions: callerFrom,
  schema: z.strictObject(callerFields),
}

const operation: Form<bmc.Operation> = {
  options: ['action', 'own', 'others'],
  fromOptions: operationFrom,
  schema: z.strictObject(operationFields),
}

const request: Form<bmc.Request> = {
  options: [...caller.options, ...operation.options],
  fromOptions: (options) => ({ ...callerFrom(options), ...operationFrom(options) }),
  schema: z.strictObject({ ...callerFields, ...operationFields }),
}

/** BMC's Authorization.cfg. */
export const BMC_AUTHORIZATION: FileKind = fileKind({
  name: 'bmc-authorization',
  roles: soleRole('Authorization.cfg'),
  settings: [],
  recognise: ({ name, firstLine }) => {
    const isNamed = /^authorization\.cfg$/i.test(name)
    const sure = isNamed || /^BEGIN_AUTHORIZATION\b/.test(firstLine)
    return sure ? { sure, role: SOLE_ROLE } : undefined
  },
  parse: (texts, { encoding = 'ascii' }) => {
    const { file, bytes } = soleText(texts)
    return bmc.parse(bytes, { file, encoding })
  },
  questions: { request, operation, caller },
  check: bmc.check,
  explain: (policy: bmc.Policy, whole, texts) => {
    const { decision, ...explanation } = bmc.explain(policy, whole)
    const { smallestEdit } = explanation
    const { file, bytes } = soleText(texts)
    return {
      decision,
      lines: linesOf(explanation),
      patch: smallestEdit && patchOf(file, bytes, smallestEdit),
      explanation,
    }
  },
  whoCan: (policy, what) => {
    demandAskable(bmc.check(policy, { ...ANYBODY, ...what }), describe)
    const regions = bmc.whoCan(policy, what)
    const lines = regions.map(({ peers, users }) => {
      const sources = peers.matches.map(({ source }) => formatSource(source))
      return `${peersOf(peers)}: ${usersOf(users)}  ${sources.join(' ')}`.trimEnd()
    })
    const any = regions.length > 0
    return { any, lines: any ? lines : ['nobody'], answer: regions }
  },
  whatCan: (policy, who) => {
    demandAskable(bmc.check(policy, { ...who, ...SOME_OPERATION }), describe)
    const answer = bmc.whatCan(policy, who)
    const { granted, decidedBy, operations } = answer
    return {
      any: operations.some(({ decision }) => decision.outcome === 'allow'),
      lines: [
        `granted: ${granted ?? 'no level'}, by ${decidedBy ?? 'nothing'}`,
        ...operations.map(operationLine),
      ],
      answer,
    }
  },
  format: (policy, texts) => soleFormatted(texts, bmc.format(policy)),
  lint: (policy) =>
    bmc.lint(policy).map((finding) => ({ ...finding, sentence: sentenceOf(finding) })),
  diff: (before, after) =>
    bmc
      .diff(before, after)
      .map((difference) => ({ ...difference, requests: requestsOf(difference.region) })),
  test: bmc.test,
  describe,
})

const ANYBODY: bmc.Caller = {
  peer: { address: '0.0.0.0', verifiedName: null },
  claimedUser: claimed('anyone'),
}

const SOME_OPERATION: bmc.Operation = {
  action: 'chart',
  startedByCaller: false,
  othersHaveRequests: false,
}

function callerFrom({ user, address, name }: QuestionOptions): object {
  return { peer: { address, verifiedName: name ?? null }, claimedUser: user }
}

function operationFrom({ action, own, others }: QuestionOptions): object {
  return { action, startedByCaller: own ?? false, othersHaveRequests: others ?? false }
}

function describe({ code, facts = {} }: Reason): string {
  return bmc.describe({ code: code as bmc.Code, facts })
}

function sentenceOf({ code, facts = {} }: Finding<bmc.LintCode>): string {
  return describeWith(bmc.LINT_CODES)({ code, facts })
}

function linesOf(explanation: Omit<bmc.Explanation, 'decision'>): string[] {
  const { granted, needed, decidedBy, computer, user, outranked } = explanation
  return [
    `granted: ${granted ?? 'no level'}, by ${decidedBy ?? 'nothing'}`,
    `needed:  ${needed ?? 'no level is enough'}`,
    ...(computer === null ? [] : [entryLine(computer, 'computer', 'counts')]),
    ...(user === null ? [] : [entryLine(user, 'user', 'counts')]),
    ...outranked.map((other) => entryLine(other, 'computer', 'is outranked')),
  ]
}

function entryLine({ name, line }: bmc.Match, what: string, says: string): string {
  return `line ${String(line).padStart(4)}  ${says.padEnd(12)}  ${what} ${name}`
}

function operationLine(answer: bmc.OperationAnswer): string {
  const { action, needed, decision, startedByCaller, othersHaveRequests } = answer
  const situation = [
    ...(startedByCaller === null ? [] : [startedByCaller ? 'its own' : "another's"]),
    ...(othersHaveRequests === null ? [] : [othersHaveRequests ? 'others ask' : 'idle']),
  ].join(', ')
  const needs = `needs ${needed ?? 'what no file gives'}`
  return `${decision.outcome.padEnd(5)}  ${action.padEnd(15)}  ${needs.padEnd(12)}  ${situation}`.trimEnd()
}

function requestsOf({ peers, users, granted, needed }: bmc.ChangedRegion): string {
  const levels = `${granted.before} becomes ${granted.after}`
  return `${peersOf(peers)}, ${usersOf(users)}, actions that need ${needed.join(' or ')}: ${levels}`
}

function peersOf({ matches, butNot }: bmc.PeerRegion): string {
  const names = matches.map(({ name }) => name).join(' and ')
  const others = butNot.map(({ name }) => name).join(', ')
  const peer = names === '' ? 'any peer' : `peer ${names}`
  return others === '' ? peer : `${peer} but not ${others}`
}

function usersOf({ everyone, users, except }: bmc.UserRegion): string {
  if (!everyone) return `user ${users.join(', ')}`
  return except.length === 0 ? 'any user' : `any user but ${except.join(', ')}`
}
