export { CommandResponder, type AskedObjects, type OpenedRequest } from './command-responder.ts'
export { SnmpCounters, type CounterName } from './counters.ts'
export { EngineFile, type EngineFileOptions } from './engine-file.ts'
export type { SnmpEvent, SnmpEventKind } from './events.ts'
export { listen, type Listening, type ListenOptions, type MessageReceiver } from './listen.ts'
export { ObjectTree, type SubtreeOptions } from './object-tree.ts'
export type { CommitFailure, ContextObjects, ObjectInstance } from './objects.ts'
export { RateLimit, type RateLimitOptions } from './rate-limit.ts'
export type { ResponderLimits, ResponderOptions } from './responder-options.ts'
export {
  CommandGenerator,
  type BulkCounts,
  type CommandGeneratorOptions,
} from './command-generator.ts'
export type { WalkOptions } from './command-generator-walk.ts'
export {
  NotificationOriginator,
  type NotificationOriginatorOptions,
  type NotificationSink,
} from './notification-originator.ts'
export type { OutgoingNotification } from './notification-originator-trap1.ts'
export { NotificationReceiver } from './notification-receiver.ts'
export type {
  NotificationLimits,
  NotificationReceiverOptions,
  ReceivedNotification,
  TrapEngineTable,
} from './notification-receiver-options.ts'
export type { Asked, SnmpResponse } from './peer-answer.ts'
export type { PeerLinkOptions } from './peer-link.ts'
export type { PeerSocketOptions } from './peer-sockets.ts'
export type { Milliseconds } from './peer-time.ts'
export {
  SNMP_ERROR_CODES,
  SnmpError,
  type AnswerFault,
  type ResponseStatus,
  type SnmpErrorCode,
  type SnmpErrorDetails,
} from './snmp-error.ts'
export type { SnmpTarget } from './target.ts'
