const MASK = '[secret]'

/** Holds a key, passphrase or community so that printing, logging or serialising it shows `[secret]`. */
export class Secret<Value = string> {
  readonly #value: Value

  constructor(value: Value) {
    this.#value = value
  }

  /** The value itself. Every call is a place to review. */
  expose(): Value {
    return this.#value
  }

  toString(): string {
    return MASK
  }

  toJSON(): string {
    return MASK
  }
}

Object.defineProperty(Secret.prototype, Symbol.for('nodejs.util.inspect.custom'), {
  value: () => MASK,
})
