import { claimed, ConfigError, describeWith, type Finding, type Reason } from '@gatehouse/core'
import * as hawk from '@gatehouse/hawk-trusted'
import { z } from 'zod'
import { fullMicroagentName } from '../microagent-name.ts'
import { demandAskable, fileKind, type FileKind } from './file-kind.ts'
import { patchOf } from './patch.ts'
import type { Form, QuestionOptions } from './questions.ts'
import { SOLE_ROLE, soleFormatted, soleRole, soleText } from './sole-file.ts'
import type { StatedAnswer } from './stated.ts'

const text = z.string().min(1)

const asked = {
  node: z.strictObject({
    name: text,
    dns: text.default('none'),
    domain: text.default('default'),
  }),
  scope: z.enum(['point-to-point', 'group']).default('point-to-point'),
  microagent: text,
  method: text,
  impact: z.enum(['INFO', 'ACTION', 'ACTION_INFO', 'VOID']),
}

const user = text.transform((name) => claimed(name))

const operation: Form<hawk.AskedOperation> = {
  options: ['node', 'group', 'microagent', 'method', 'impact'],
  fromOptions: operationFrom,
  schema: z.strictObject(asked),
}

const request: Form<hawk.Request> = {
  options: ['user', ...operation.options],
  fromOptions: (options) => ({ user: options.user, ...operationFrom(options) }),
  schema: z.strictObject({ user, ...asked }),
}

const caller: Form<{ readonly user: hawk.Request['user'] }> = {
  options: ['user'],
  fromOptions: (options) => ({ user: options.user }),
  schema: z.strictObject({ user }),
}

/** The access control file of Hawk's Trusted model. */
export const HAWK_TRUSTED: FileKind = fileKind({
  name: 'hawk-trusted',
  roles: soleRole('Trusted.txt'),
  settings: [],
  recognise: ({ name, firstLine }) => {
    const isNamed = /^trusted(?:withdomain)?\.txt$/i.test(name)
    const sure = isNamed || /^<\s*LogService\b/i.test(firstLine)
    return sure || isEntry(firstLine) ? { sure, role: SOLE_ROLE } : undefined
  },
  parse: (texts, { encoding = 'ascii' }) => {
    const { file, bytes } = soleText(texts)
    return hawk.parse(bytes, { file, encoding })
  },
  questions: { request, operation, caller },
  check: hawk.check,
  explain: (policy: hawk.Policy, whole, texts) => {
    const { decision, ...explanation } = hawk.explain(policy, whole)
    const { smallestEdit } = explanation
    const { file, bytes } = soleText(texts)
    return {
      decision,
      lines: explanation.lines.map((line) => lineOf(line, explanation.decidedBy)),
      patch: smallestEdit && patchOf(file, bytes, smallestEdit),
      explanation,
    }
  },
  whoCan: (policy, who) => {
    demandAskable(hawk.check(policy, { ...who, user: claimed('anyone') }), describe)
    return usersOf(hawk.whoCan(policy, who))
  },
  whatCan: (policy, { user: id }) => {
    demandAskable(hawk.check(policy, { ...SOME_OPERATION, user: id }), describe)
    const regions = hawk.whatCan(policy, id)
    const any = regions.length > 0
    return { any, lines: any ? regions.flatMap(regionLines) : ['nothing'], answer: regions }
  },
  format: (policy, texts) => soleFormatted(texts, hawk.format(policy)),
  lint: (policy) =>
    hawk.lint(policy).map((finding) => ({ ...finding, sentence: sentenceOf(finding) })),
  diff: (before, after) =>
    hawk
      .diff(before, after)
      .map((difference) => ({ ...difference, requests: hawk.describeRegion(difference.region) })),
  test: hawk.test,
  describe,
})

const SOME_OPERATION: hawk.AskedOperation = {
  node: { name: 'any', dns: 'none', domain: 'default' },
  scope: 'point-to-point',
  microagent: 'any',
  method: 'any',
  impact: 'INFO',
}

/** Whether a line could be an entry: a user without colon, and no field that begins or ends in one. */
function isEntry(line: string): boolean {
  const [id = '', ...fields] = line.split(/\s+/)
  if (id === '') return false
  return !id.includes(':') && !fields.some((field) => /^:|:$/.test(field)) && !line.startsWith('<')
}

function describe({ code, facts = {} }: Reason): string {
  return hawk.describe({ code: code as hawk.Code, facts })
}

function sentenceOf({ code, facts = {} }: Finding<hawk.LintCode>): string {
  return describeWith(hawk.LINT_CODES)({ code, facts })
}

function operationFrom({ node, group, microagent, method, impact }: QuestionOptions): object {
  return {
    node: node === undefined ? undefined : nodeOf(node),
    scope: group === true ? 'group' : 'point-to-point',
    microagent: microagent === undefined ? undefined : fullMicroagentName(microagent),
    method,
    impact,
  }
}

function nodeOf(node: string): unknown {
  const [name, dns, domain, ...more] = node.split(':')
  if (more.length === 0) return { name, dns, domain }
  throw new ConfigError(`\`--node\` is name, name:dns or name:dns:domain, not \`${node}\``)
}

function lineOf(entry: hawk.ExplainedLine, decidedBy: number | undefined): string {
  const { line, text: written, effect, misses } = entry
  const covers = line === decidedBy ? 'decides' : 'covers it'
  const verdict = misses.length === 0 ? covers : `misses ${misses.join(', ')}`
  return `line ${String(line).padStart(4)}  ${effect.padEnd(11)}  ${verdict.padEnd(24)}  ${written}`
}

function regionLines({ except, ...box }: hawk.OperationRegion): string[] {
  return [boxLine(box), ...except.map((part) => `  but not ${boxLine(part)}`)]
}

function boxLine(box: hawk.OperationBox): string {
  return hawk.describeRegion({ ...box, except: [] })
}

function usersOf(answer: hawk.WhoCan): StatedAnswer {
  const { everyone, users, except } = answer
  const any = everyone || users.length > 0
  if (!any) return { any, lines: ['nobody'], answer }
  const but = except.length === 0 ? '' : ` but ${except.join(', ')}, in any case`
  return { any, lines: everyone ? [`everyone${but}`] : users, answer }
}
