import { claimed, ConfigError, describeWith, type Finding } from '@gatehouse/core'
import * as hawk from '@gatehouse/hawk-trusted'
import { z } from 'zod'
import { fullMicroagentName } from '../microagent-name.ts'
import { fileKind, type FileKind } from './file-kind.ts'

const text = z.string().min(1)

const request: z.ZodType<hawk.Request> = z.strictObject({
  user: text.transform((user) => claimed(user)),
  node: z.strictObject({
    name: text,
    dns: text.default('none'),
    domain: text.default('default'),
  }),
  scope: z.enum(['point-to-point', 'group']).default('point-to-point'),
  microagent: text,
  method: text,
  impact: z.enum(['INFO', 'ACTION', 'ACTION_INFO', 'VOID']),
})

/** The access control file of Hawk's Trusted model. */
export const HAWK_TRUSTED: FileKind = fileKind<hawk.Policy, hawk.Request>({
  name: 'hawk-trusted',
  recognise: () => true,
  parse: hawk.parse,
  check: hawk.check,
  explain: (policy, asked) => {
    const { decision, ...explanation } = hawk.explain(policy, asked)
    return { decision, lines: explanation.lines.map(lineOf), explanation }
  },
  format: hawk.format,
  test: hawk.test,
  lint: (policy) =>
    hawk.lint(policy).map((finding) => ({ ...finding, sentence: sentenceOf(finding) })),
  diff: (before, after) =>
    hawk
      .diff(before, after)
      .map((difference) => ({ ...difference, requests: hawk.describeRegion(difference.region) })),
  describe: ({ code, facts = {} }) => hawk.describe({ code: code as hawk.Code, facts }),
  options: ['user', 'node', 'group', 'microagent', 'method', 'impact'],
  fromOptions: ({ user, node, group, microagent, method, impact }) => ({
    user,
    node: node === undefined ? undefined : nodeOf(node),
    scope: group === true ? 'group' : 'point-to-point',
    microagent: microagent === undefined ? undefined : fullMicroagentName(microagent),
    method,
    impact,
  }),
  request,
})

function sentenceOf({ code, facts = {} }: Finding<hawk.LintCode>): string {
  return describeWith(hawk.LINT_CODES)({ code, facts })
}

function nodeOf(node: string): unknown {
  const [name, dns, domain, ...more] = node.split(':')
  if (more.length === 0) return { name, dns, domain }
  throw new ConfigError(`\`--node\` is name, name:dns or name:dns:domain, not \`${node}\``)
}

function lineOf({ line, text: entry, effect, misses }: hawk.ExplainedLine): string {
  const verdict = misses.length === 0 ? 'covers it' : `misses ${misses.join(', ')}`
  return `line ${String(line).padStart(4)}  ${effect.padEnd(11)}  ${verdict.padEnd(24)}  ${entry}`
}
