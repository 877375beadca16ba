import { sameCommunity } from '../../community.ts'
import { encodeCommunityMessage } from '../../message/index.ts'
import { pduOf, readAnswer, type Asked, type SnmpResponse } from './peer-answer.ts'
import type { Judgement, PeerLink } from './peer-link.ts'
import type { AnswerFault } from './snmp-error.ts'
import type { CommunityTarget, Place } from './target.ts'

/** Asks with a community. Whoever can guess or read a request's id can answer it. */
export function askByCommunity(
  link: PeerLink,
  { version, community, timeoutMs, retries }: CommunityTarget,
  to: Place,
  asked: Asked,
): Promise<SnmpResponse> {
  return link.askByRequest<SnmpResponse>({
    to,
    timeoutMs,
    retries,
    make: (id) => encodeCommunityMessage({ version, community, pdu: pduOf(asked, id) }),
    judge: (message, id) => {
      if (message.version !== version) return ignored('version')
      if (!sameCommunity(message.community, community)) return ignored('community')
      const answer = readAnswer(message.pdu, asked, id)
      return typeof answer === 'string' ? ignored(answer) : { kind: 'answer', result: answer }
    },
  })
}

/** Not the answer. */
export function ignored(fault: AnswerFault): Judgement<never> {
  return { kind: 'ignored', fault }
}
