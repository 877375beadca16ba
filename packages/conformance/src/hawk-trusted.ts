import * as ours from '@gatehouse/hawk-trusted'
import { load, type Answer, type Kind } from './kind.ts'

type Implementation = Pick<typeof ours, 'parse' | 'check' | 'explain'>

const LABEL = 'Trusted.txt'

/** Vectors of the access control file. A text that does not load answers as the lack of a policy. */
export const hawkTrusted: Kind<Implementation> = {
  name: 'hawk-trusted',
  ours,
  needs: ['parse', 'check', 'explain'],
  answer: ({ parse, check, explain }, given, request): Answer => {
    const { policy, errors } = load(parse, given, LABEL)
    if (request === undefined) return { errors }
    const asked = request as ours.Request
    const { outcome, reasons } = check(policy, asked)
    const { grants, restrictions } = explain(policy, asked)
    const [{ code, source }] = reasons
    return { allowed: outcome === 'allow', outcome, code, source, grants, restrictions, errors }
  },
}
