export { decodeMessage } from './decode-message.ts'
export { encodeCommunityMessage, varbindLength } from './encode-message.ts'
export { ERROR_STATUSES, errorStatusOf } from './error-status.ts'
export type {
  AnyPdu,
  BulkPdu,
  CommunityMessage,
  MessageFault,
  PlainPdu,
  ScopedPdu,
  SealedMessage,
  Trap1Pdu,
  UsmHeader,
  Value,
  Varbind,
} from './model.ts'
export { reportNameOf, reportPdu } from './report.ts'
export { MAX_BOOTS, TIME_WINDOW_SECONDS, type EngineClock, type PeerClock } from './usm/clock.ts'
export type { LocalizedKeys } from './usm/localized-keys.ts'
export {
  openAsPeer,
  openMessage,
  unprovenPdu,
  type OpenedFromPeer,
  type OpenedMessage,
} from './usm/open-message.ts'
export type { AuthProtocol, PrivProtocol } from './usm/protocols.ts'
export { SaltSequence } from './usm/salt-sequence.ts'
export { sealMessage, type MessageParts } from './usm/seal-message.ts'
export { UserTable, type UsmUser } from './usm/user-table.ts'
