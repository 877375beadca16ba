export {
  addAuthorizations,
  addUser,
  removeAuthorizations,
  removeUser,
  setConfigRight,
  setGroupMembers,
  type AuthorizationOptions,
  type Change,
  type NewUser,
} from './changes.ts'
export { check, targetsOf } from './check.ts'
export { CODES, describe, type Code } from './codes.ts'
export {
  ACTIONS,
  checkConfiguration,
  type ActionRule,
  type ConfigurationRequest,
} from './configuration.ts'
export { diff, type Region } from './diff.ts'
export { test } from './expectations.ts'
export { explain, type Explanation, type TargetExplanation } from './explain.ts'
export { format, formatLines } from './format.ts'
export { guard } from './guard.ts'
export { describeFinding, LINT_CODES, SEVERITIES, type LintCode } from './lint-codes.ts'
export { lint } from './lint.ts'
export { listSystems } from './list-systems.ts'
export { LOAD_CODES, type LoadCode } from './load-codes.ts'
export type {
  Account,
  AgentLevel,
  Authorization,
  Caller,
  ConfigRight,
  DefaultTarget,
  Entry,
  FileKind,
  Note,
  Principal,
  PrincipalKind,
  Request,
  Scope,
  State,
  System,
  SystemGroup,
  Tool,
  Toolbox,
  ToolType,
} from './model.ts'
export {
  ALL_TOOLS,
  BUILT_IN_TOOLBOXES,
  FULL_RIGHTS,
  LIMITED_RIGHTS,
  MONITOR_TOOLS,
} from './names.ts'
export {
  MAX_AUTHORIZATIONS,
  MAX_TOOLBOXES,
  parse,
  type SourceText,
  type StateFiles,
  type StateOptions,
} from './parse.ts'
export { MAX_CALLER_GROUPS, MAX_TARGETS } from './request.ts'
export { checkSignIn } from './sign-in.ts'
export {
  parseSignInAddresses,
  type SignInAddresses,
  type SignInFields,
} from './sign-in-addresses.ts'
export { MAX_EDITED_SYSTEMS, type AuthorizationEdit } from './smallest-edit.ts'
export { ALL_MANAGED_SYSTEMS, TEMPLATES, type Template } from './templates.ts'
export { describeCommand, TOOL_COMMAND_CODES, type ToolCommandCode } from './tool-command-codes.ts'
export { commandOf, type ReadCommand, type ToolCommand } from './tool-command.ts'
export { argumentsOf, type ToolParameter } from './tool-parameters.ts'
export { WEB_AGENT_TOOLS, webAgentAccess, type WebAgentAccess } from './web-agent-access.ts'
export { whatCan, type Permitted } from './what-can.ts'
export { whoCan, type Grantee, type Grantees, type Operation } from './who-can.ts'
export { MAX_XML_ATTRIBUTES, MAX_XML_DEPTH, MAX_XML_ELEMENTS } from './xml-reader.ts'
