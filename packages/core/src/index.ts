export { claimed, verified, type Claimed, type Verified } from './claim.ts'
export {
  allow,
  deny,
  type Allow,
  type Decision,
  type Deny,
  type Outcome,
  type Reason,
  type Reasons,
} from './decision.ts'
export { describeWith } from './describe.ts'
export {
  DiagnosticList,
  MAX_DIAGNOSTICS,
  renderDiagnostic,
  renderParseError,
  type Diagnostic,
  type Span,
} from './diagnostics.ts'
export {
  ConfigError,
  GatehouseError,
  LimitError,
  ParseError,
  type ErrorCode,
  type ErrorDetails,
} from './errors.ts'
export { escapeControls } from './escape.ts'
export {
  answerExpectations,
  EXPECTATION_FIELD_CODES,
  type ExpectationFieldCode,
  type ExpectationForm,
} from './expectation-answers.ts'
export {
  EXPECTATION_CODES,
  parseExpectations,
  type Expectation,
  type ExpectationCode,
} from './expectations.ts'
export { GUARANTEES, type Guarantee, type Provision, type Reliance } from './guarantee.ts'
export { compose, GUARD_FAILED, type ComposedGuard, type Guard } from './guard.ts'
export {
  isNoPolicy,
  NO_POLICY_CODES,
  noPolicy,
  policyInForce,
  type NoPolicy,
  type NoPolicyCode,
  type PolicyHolder,
  type PolicySource,
} from './policy.ts'
export {
  applyEdit,
  type Difference,
  type Edit,
  type ExpectationResult,
  type Finding,
  type LineChange,
  type LineSource,
  type Severity,
} from './review.ts'
export { Secret } from './secret.ts'
export { formatSource, type FileSource, type SourceRef } from './source-ref.ts'
export {
  describeProvision,
  describeStatement,
  stateGuards,
  type Opening,
  type Provided,
  type Statement,
  type Unmet,
} from './statement.ts'
export {
  MAX_LINE_CHARACTERS,
  MAX_POLICY_BYTES,
  readLines,
  TEXT_CODES,
  type TextCode,
  type TextOptions,
} from './text.ts'
