import { parseAddress, type Address } from '@gatehouse/address-set'
import { deny, type Deny } from '@gatehouse/core'
import { isAction, type Action } from './actions.ts'
import type { Code } from './codes.ts'
import type { Request } from './model.ts'
import { findUserNameFault, isHostName } from './names.ts'

/** A request whose every field is what it says. */
export interface SoundRequest extends Request {
  readonly action: Action
}

/** The peer's address; `undefined` when the request has none that can be read. */
export function addressOf(request: Request): Address | undefined {
  const text: unknown = (request as Partial<Request> | null)?.peer?.address
  return typeof text === 'string' ? parseAddress(text) : undefined
}

/**
 * Refuses a request that no file needs to be asked about.
 *
 * @param address - What {@link addressOf} found.
 * @returns `request-malformed` with the field at fault, `unknown-action`, or `undefined` for a sound request.
 */
export function refuse(request: Request, address: Address | undefined): Deny<Code> | undefined {
  if (!isObject(request)) return MALFORMED.request
  if (!isObject(request.peer)) return MALFORMED.peer
  if (address === undefined) return MALFORMED.address
  if (!isVerifiedName(request.peer.verifiedName)) return MALFORMED.verifiedName
  if (!isClaimedUser(request.claimedUser)) return MALFORMED.claimedUser
  if (typeof request.action !== 'string' || request.action === '') return MALFORMED.action
  if (typeof request.startedByCaller !== 'boolean') return MALFORMED.startedByCaller
  if (typeof request.othersHaveRequests !== 'boolean') return MALFORMED.othersHaveRequests
  return isAction(request.action) ? undefined : UNKNOWN_ACTION
}

const MALFORMED = {
  request: malformed('request'),
  peer: malformed('peer'),
  address: malformed('peer.address'),
  verifiedName: malformed('peer.verifiedName'),
  claimedUser: malformed('claimedUser'),
  action: malformed('action'),
  startedByCaller: malformed('startedByCaller'),
  othersHaveRequests: malformed('othersHaveRequests'),
} as const

const UNKNOWN_ACTION: Deny<Code> = deny({
  code: 'unknown-action',
  source: Object.freeze({ request: 'action' }),
})

function malformed(request: string): Deny<Code> {
  return deny({ code: 'request-malformed', source: Object.freeze({ request }) })
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

function isVerifiedName(value: unknown): boolean {
  return value === null || (typeof value === 'string' && isHostName(value))
}

function isClaimedUser(value: unknown): boolean {
  return typeof value === 'string' && findUserNameFault(value) === -1
}
