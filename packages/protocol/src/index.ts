export {
  AnswerSchema,
  OperationAnswerSchema,
  StatementAnswerSchema,
  type Answer,
  type AnswerReason,
  type OperationAnswer,
  type StatementAnswer,
} from './answers.ts'
export {
  ErrorAnswerSchema,
  errorBody,
  ERRORS,
  type ErrorAnswer,
  type ErrorBody,
  type ErrorCode,
  type ErrorKind,
} from './errors.ts'
export {
  ANSWER_TIMEOUT_MS,
  HEADERS_TIMEOUT_MS,
  KEEP_ALIVE_TIMEOUT_MS,
  MAX_ACTION_CHARACTERS,
  MAX_ANSWER_BYTES,
  MAX_ARGUMENT_CHARACTERS,
  MAX_ARGUMENT_NAME_CHARACTERS,
  MAX_ARGUMENTS,
  MAX_BODY_BYTES,
  MAX_CONNECTIONS,
  MAX_HEADER_BYTES,
  MAX_METHOD_CHARACTERS,
  MAX_MICROAGENT_CHARACTERS,
  MAX_NODE_CHARACTERS,
  MAX_OPERATION_ANSWERS,
  MAX_OPERATION_BODY_BYTES,
  MAX_PACKED_BYTES,
  MAX_POLICY_CLASS_CHARACTERS,
  MAX_REASONS,
  MAX_TARGET_CHARACTERS,
  MAX_USER_CHARACTERS,
  REQUEST_TIMEOUT_MS,
} from './limits.ts'
export { PATHS } from './paths.ts'
export { describeInvalid, readMessage, type Invalid, type ReadMessage } from './read.ts'
export {
  ActionRequestSchema,
  InvocationRequestSchema,
  OperationRequestSchema,
  type ActionRequest,
  type ArgumentValue,
  type InvocationRequest,
  type OperationRequest,
  type RequestedNode,
} from './requests.ts'
