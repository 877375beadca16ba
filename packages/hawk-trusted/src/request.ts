import type { Invocation, Request } from './model.ts'

/** Longest name in a request, in characters: the longest line that a file may have. */
const MAX_NAME_CHARACTERS = 4096

/**
 * The path of the first field that is missing, empty, of another type, or no possible name.
 *
 * `*` and `+` are refused as names: they mean something in a file and nothing in a request.
 */
export function malformedField(request: Request): string | undefined {
  return (
    malformedInvocationField(request) ?? (typeof request.impact === 'string' ? undefined : 'impact')
  )
}

/** As {@link malformedField}, for a request whose impact has not been looked up. */
export function malformedInvocationField(request: Invocation): string | undefined {
  return malformedShape(request) ?? malformedName(request)
}

/**
 * The path of the first field that is missing, empty, a wildcard or of another type. What is left
 * are characters that no name has, in user, node name, microagent and method: a name that the file
 * spells has none, and need not be read again.
 */
export function malformedShape(request: Invocation): string | undefined {
  if (!isObject(request)) return 'request'
  const { user, node, scope, microagent, method } = request
  if (!isWord(user)) return 'user'
  if (!isObject(node)) return 'node'
  if (!isWord(node.name)) return 'node.name'
  if (!isWord(node.dns) || !isNodePart(node.dns)) return 'node.dns'
  if (!isWord(node.domain) || !isNodePart(node.domain)) return 'node.domain'
  if (scope !== 'point-to-point' && scope !== 'group') return 'scope'
  if (!isWord(microagent)) return 'microagent'
  return isWord(method) ? undefined : 'method'
}

function malformedName({ user, node, microagent, method }: Invocation): string | undefined {
  if (!isName(user)) return 'user'
  if (!isName(node.name)) return 'node.name'
  if (!isName(microagent)) return 'microagent'
  return isName(method) ? undefined : 'method'
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

function isWord(value: string): boolean {
  if (typeof value !== 'string') return false
  return value.length > 1 || (value !== '' && value !== '*' && value !== '+')
}

/** An agent is asked about its own node over and over: what was found fit last is not read again. */
let [lastFit, lastFitBefore] = ['', '']

function isNodePart(value: string): boolean {
  if (value === lastFit || value === lastFitBefore) return true
  if (!isName(value)) return false
  lastFitBefore = lastFit
  lastFit = value
  return true
}

function isName(value: string): boolean {
  if (value.length > MAX_NAME_CHARACTERS) return false
  for (let index = 0; index < value.length; index += 1) {
    if (isUnfit(value.charCodeAt(index))) return false
  }
  return true
}

/** Controls and line separators, and the comma that separates the fields of `Trusted.log`. */
function isUnfit(unit: number): boolean {
  return (
    unit < 0x20 ||
    unit === 0x2c ||
    (unit >= 0x7f && unit < 0xa0) ||
    unit === 0x2028 ||
    unit === 0x2029
  )
}
