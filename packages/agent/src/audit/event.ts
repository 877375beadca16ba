import { decisionEvent, type AuditEvent } from '@gatehouse/audit-log'
import type { DecisionRecord } from '../log.ts'

/** The audit event of a decision: who asked for what, and the hash of the policy that decided. */
export function eventOf(record: DecisionRecord): AuditEvent {
  const { by, peer, clientCertificate, clientKey, claimedUser, verifiedUser } = record
  const { request, decision, policy } = record
  const { verifiedName } = peer
  const { operation, target, ...asked } = operationOf(request)
  const facts = {
    ...decision.reasons[0].facts,
    ...asked,
    ...(clientCertificate !== undefined && { clientCertificate }),
    ...(clientKey !== undefined && { clientKey }),
  }
  return decisionEvent(decision, {
    by,
    peer: peer.address,
    ...(verifiedName !== null && { peerName: verifiedName }),
    ...(claimedUser !== undefined && { claimedUser }),
    ...(verifiedUser !== undefined && { verifiedUser }),
    operation,
    ...(target !== undefined && { target }),
    ...(policy !== undefined && { policy }),
    ...(Object.keys(facts).length > 0 && { facts }),
  })
}

interface Operation {
  readonly operation: string
  readonly target?: string
  readonly scope?: string
  readonly policyClass?: string
  readonly passedLevel?: string
  readonly system?: string
  readonly claimedTask?: string
  readonly claimedTaskUser?: string
  readonly claimedTaskTool?: string
  readonly version?: string
  readonly communityDigest?: string
  readonly errorStatus?: string
  readonly leftOut?: string
}

function operationOf(request: DecisionRecord['request']): Operation {
  if ('daemon' in request) return { operation: 'connect', target: request.daemon }
  if ('method' in request) {
    const { microagent, method, ...asked } = request
    return { operation: `${microagent}:${method}`, ...asked }
  }
  if ('policyClass' in request) return { operation: 'unpack', target: request.policyClass }
  const { action, ...asked } = request
  return { operation: action, ...asked }
}
