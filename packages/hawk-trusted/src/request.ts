import type { Invocation, Request } from './model.ts'

/** Longest name in a request, in characters: the longest line that a file may have. */
const MAX_NAME_CHARACTERS = 4096

/**
 * The path of the first field that is missing, empty, of another type, or no possible name.
 *
 * `*` and `+` are refused as names: they mean something in a file and nothing in a request.
 */
export function malformedField(request: Request): string | undefined {
  if (!isObject(request)) return 'request'
  const field = malformedInvocationField(request)
  if (field !== undefined) return field
  return typeof request.impact === 'string' ? undefined : 'impact'
}

/** As {@link malformedField}, for a request whose impact has not been looked up. */
export function malformedInvocationField(request: Invocation): string | undefined {
  if (!isObject(request)) return 'request'
  const { user, node, scope, microagent, method } = request
  if (!isName(user)) return 'user'
  if (!isObject(node)) return 'node'
  if (!isName(node.name)) return 'node.name'
  if (!isName(node.dns)) return 'node.dns'
  if (!isName(node.domain)) return 'node.domain'
  if (scope !== 'point-to-point' && scope !== 'group') return 'scope'
  if (!isName(microagent)) return 'microagent'
  return isName(method) ? undefined : 'method'
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

function isName(value: unknown): boolean {
  if (typeof value !== 'string' || value === '' || value === '*' || value === '+') return false
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
