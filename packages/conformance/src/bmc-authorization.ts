import * as ours from '@gatehouse/bmc-authorization'
import { load, type Answer, type Kind } from './kind.ts'

type Implementation = Pick<typeof ours, 'parse' | 'check' | 'explain'>

const LABEL = 'Authorization.cfg'

/** Vectors of Authorization.cfg. A text that does not load answers as the lack of a policy. */
export const bmcAuthorization: Kind<Implementation> = {
  name: 'bmc-authorization',
  ours,
  needs: ['parse', 'check', 'explain'],
  answer: ({ parse, check, explain }, given, request): Answer => {
    const { policy, errors } = load(parse, given, LABEL)
    if (request === undefined) return { errors }
    const asked = request as ours.Request
    const { outcome, reasons } = check(policy, asked)
    const { granted, needed, decidedBy } = explain(policy, asked)
    const [{ code, source }] = reasons
    return {
      allowed: outcome === 'allow',
      outcome,
      code,
      source,
      granted,
      needed,
      decidedBy,
      errors,
    }
  },
}
