import * as bmc from '@gatehouse/bmc-authorization'
import { claimed } from '@gatehouse/core'
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
