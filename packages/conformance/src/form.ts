/** A document is not in a form that is known. The message says where. */
export class FormError extends Error {
  override readonly name = 'FormError'
}

/** A value that has to be an object. @throws FormError when it is none. */
export function record(value: unknown, where: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new FormError(`${where} is not an object`)
  }
  return value as Record<string, unknown>
}

/** A value that has to be a list. @throws FormError when it is none. */
export function list(value: unknown, where: string): unknown[] {
  if (!Array.isArray(value)) throw new FormError(`${where} is not a list`)
  return value
}

/** A value that has to be a string. @throws FormError when it is none. */
export function string(value: unknown, where: string): string {
  if (typeof value !== 'string') throw new FormError(`${where} is not a string`)
  return value
}
