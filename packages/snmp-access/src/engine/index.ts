export {
  CommandResponder,
  type AskedObjects,
  type OpenedRequest,
} from './responder/command-responder.ts'
export { SnmpCounters, type CounterName } from './counters.ts'
export { EngineFile, type EngineFileOptions } from './engine-file.ts'
export type { SnmpEvent, SnmpEventKind } from './events.ts'
export { listen, type Listening, type ListenOptions, type MessageReceiver } from './listen.ts'
export { ObjectTree, type SubtreeOptions } from './responder/object-tree.ts'
export type { CommitFailure, ContextObjects, ObjectInstance } from './responder/objects.ts'
export { RateLimit, type RateLimitOptions } from './rate-limit.ts'
export type { ResponderLimits, ResponderOptions } from './responder/responder-options.ts'
export {
  CommandGenerator,
  type BulkCounts,
  type CommandGeneratorOptions,
} from './generator/command-generator.ts'
export type { WalkOptions } from './generator/walk.ts'
export {
  NotificationOriginator,
  type NotificationOriginatorOptions,
  type NotificationSink,
} from './notifications/notification-originator.ts'
export type { OutgoingNotification } from './notifications/version1-trap.ts'
export { NotificationReceiver } from './notifications/notification-receiver.ts'
export type {
  NotificationLimits,
  NotificationReceiverOptions,
  ReceivedNotification,
  TrapEngineTable,
} from './notifications/receiver-options.ts'
export type { Asked, SnmpResponse } from './generator/peer-answer.ts'
export type { PeerLinkOptions } from './generator/peer-link.ts'
export type { PeerSocketOptions } from './generator/peer-sockets.ts'
export type { Milliseconds } from './peer-time.ts'
export {
  SNMP_ERROR_CODES,
  SnmpError,
  type AnswerFault,
  type ResponseStatus,
  type SnmpErrorCode,
  type SnmpErrorDetails,
} from './generator/snmp-error.ts'
export type { SnmpTarget } from './generator/target.ts'
