import type { Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { MiddlewareHandler } from 'hono/types'

/** Largest form in bytes: 64 KiB, far above a certificate with its note. */
const MAX_FORM_BYTES: number = 64 * 1024

/** A form that cannot be read. */
export class FormError extends Error {
  /** HTTP status. */
  readonly status: 400 | 413 | 415
  /** Code for people. */
  readonly code: 'form-malformed' | 'form-too-large' | 'form-type-unknown'

  constructor(code: FormError['code'], cause?: unknown) {
    super(code, { cause })
    this.code = code
    this.status = STATUSES[code]
  }
}

const STATUSES = {
  'form-malformed': 400,
  'form-too-large': 413,
  'form-type-unknown': 415,
} as const

/** Stands before whatever reads a form. */
export const limitForm: MiddlewareHandler = bodyLimit({
  maxSize: MAX_FORM_BYTES,
  onError: () => {
    throw new FormError('form-too-large')
  },
})

/** The fields of a form that a person filled in. */
export class Form {
  readonly #fields: Readonly<Record<string, unknown>>

  private constructor(fields: Readonly<Record<string, unknown>>) {
    this.#fields = fields
  }

  /** @throws FormError for a body that is no form, or not of the kinds that browsers send. */
  static async read(context: Context): Promise<Form> {
    const type = context.req.header('content-type') ?? ''
    if (!/^(?:application\/x-www-form-urlencoded|multipart\/form-data)\b/i.test(type)) {
      throw new FormError('form-type-unknown')
    }
    try {
      return new Form(await context.req.parseBody())
    } catch (cause) {
      if (cause instanceof FormError) throw cause
      throw new FormError('form-malformed', cause)
    }
  }

  /** The text of a field; empty when it is not there. */
  text(name: string): string {
    const value = this.#fields[name]
    return typeof value === 'string' ? value : ''
  }

  /** The bytes of a file; none when the field is not there. */
  async file(name: string): Promise<Uint8Array> {
    const value = this.#fields[name]
    return value instanceof Blob ? new Uint8Array(await value.arrayBuffer()) : new Uint8Array()
  }

  /** Whether the person confirmed what the page before said. */
  get isConfirmed(): boolean {
    return this.text('confirmed') === 'yes'
  }
}
