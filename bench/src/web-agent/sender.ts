import { Wire, type WireAnswer, type WirePlace } from '../signed-requests/wire.ts'
import type { Asking } from './asking.ts'

/** A connection that is made anew when the other side ends it. */
export class Sender {
  readonly #place: WirePlace
  #wire: Wire

  private constructor(place: WirePlace, wire: Wire) {
    this.#place = place
    this.#wire = wire
  }

  static async open(place: WirePlace): Promise<Sender> {
    return new Sender(place, await Wire.open(place))
  }

  /** Sends a request and takes its answer. */
  async send(bytes: Uint8Array): Promise<WireAnswer | undefined> {
    await this.#renew(this.#wire.hasEnded)
    const answer = await this.#wire.exchange(bytes)
    await this.#renew(answer?.fields.get('connection') === 'close')
    return answer
  }

  /** Asks for a single-use value. */
  async value(asking: Asking): Promise<string> {
    await this.#renew(this.#wire.hasEnded)
    return asking.value(this.#wire)
  }

  close(): void {
    this.#wire.close()
  }

  async #renew(isNeeded: boolean): Promise<void> {
    if (!isNeeded) return
    this.#wire.close()
    this.#wire = await Wire.open(this.#place, this.#wire.session)
  }
}
