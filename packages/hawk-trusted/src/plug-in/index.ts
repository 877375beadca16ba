export type {
  Authorizer,
  AuthorizerOptions,
  NodeDecision,
  PackedInvocation,
  PolicyFailure,
  Received,
  ReceiveOptions,
} from './authorizer-model.ts'
export { openAuthorizer } from './authorizer.ts'
export { describe, PLUG_IN_CODES, type PlugInCode } from './codes.ts'
export { decodeOperation, encodeOperation } from './encoding.ts'
export {
  MAX_GROUP_NODES,
  MAX_OPERATION_ARGUMENTS,
  MAX_PACKED_BYTES,
  type AgentPolicy,
  type AskedMethod,
  type ConsolePolicy,
  type GroupOperation,
  type NodeOperation,
  type Operation,
  type OperationArguments,
  type Packet,
  type PolicyDescription,
  type PolicySide,
  type UnpackCall,
  type Unpacked,
  type ValidateCall,
} from './model.ts'
export {
  loadAgentPolicy,
  loadConsolePolicy,
  type AgentPolicyModule,
  type ConsolePolicyModule,
  type PolicyEntry,
  type PolicyHost,
  type PolicyLoader,
} from './module.ts'
export { packOperation } from './pack.ts'
export {
  TRUSTED_CLASS,
  TRUSTED_WITH_DOMAIN_CLASS,
  trustedConsolePolicy,
  trustedPolicy,
  trustedWithDomainConsolePolicy,
  trustedWithDomainPolicy,
  type TrustedPolicyOptions,
} from './trusted.ts'
