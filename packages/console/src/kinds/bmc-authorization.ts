import * as bmc from '@gatehouse/bmc-authorization'
import { claimed, describeWith, type Finding } from '@gatehouse/core'
import { z } from 'zod'
import { fileKind, type FileKind } from './file-kind.ts'

const text = z.string().min(1)

const request: z.ZodType<bmc.Request> = z.strictObject({
  peer: z.strictObject({ address: text, verifiedName: text.nullable().default(null) }),
  claimedUser: text.transform((user) => claimed(user)),
  action: text,
  startedByCaller: z.boolean().default(false),
  othersHaveRequests: z.boolean().default(false),
})

/** BMC's Authorization.cfg. */
export const BMC_AUTHORIZATION: FileKind = fileKind<bmc.Policy, bmc.Request>({
  name: 'bmc-authorization',
  recognise: (firstLine) => /^BEGIN_AUTHORIZATION\b/.test(firstLine),
  parse: bmc.parse,
  check: bmc.check,
  explain: (policy, asked) => {
    const { decision, ...explanation } = bmc.explain(policy, asked)
    const { granted, needed, decidedBy } = explanation
    const lines = [
      `granted: ${granted ?? 'no level'}, by ${decidedBy ?? 'nothing'}`,
      `needed:  ${needed ?? 'no level is enough'}`,
    ]
    return { decision, lines, explanation }
  },
  format: bmc.format,
  test: bmc.test,
  lint: (policy) =>
    bmc.lint(policy).map((finding) => ({ ...finding, sentence: sentenceOf(finding) })),
  diff: (before, after) =>
    bmc
      .diff(before, after)
      .map((difference) => ({ ...difference, requests: requestsOf(difference.region) })),
  describe: ({ code, facts = {} }) => bmc.describe({ code: code as bmc.Code, facts }),
  options: ['user', 'address', 'name', 'action', 'own', 'others'],
  fromOptions: ({ user, address, name, action, own, others }) => ({
    peer: { address, verifiedName: name ?? null },
    claimedUser: user,
    action,
    startedByCaller: own ?? false,
    othersHaveRequests: others ?? false,
  }),
  request,
})

function sentenceOf({ code, facts = {} }: Finding<bmc.LintCode>): string {
  return describeWith(bmc.LINT_CODES)({ code, facts })
}

function requestsOf({ peers, users, granted, needed }: bmc.ChangedRegion): string {
  const matches = peers.matches.map(({ name }) => name).join(' and ')
  const others = peers.butNot.map(({ name }) => name).join(', ')
  const peer = matches === '' ? 'any peer' : `peer ${matches}`
  const butNot = others === '' ? '' : ` but not ${others}`
  const named = `user ${users.users.join(', ')}`
  const except = users.except.length === 0 ? '' : ` except ${users.except.join(', ')}`
  const user = users.everyone ? `any user${except}` : named
  const levels = `${granted.before} becomes ${granted.after}`
  return `${peer}${butNot}, ${user}, actions that need ${needed.join(' or ')}: ${levels}`
}
