import { z } from 'zod'

/** An account that holds the console's key, by names. */
export interface Holder {
  /** Name of the system. */
  readonly system: string
  /** Account there. */
  readonly account: string
}

/**
 * Which keys an account lets in, as far as is known: `old` until a login with the new one has passed, `both` then,
 * `new` when the old one is out.
 */
export type Holds = 'old' | 'both' | 'new'

/** An account in a rotation. */
export interface RotationTarget extends Holder {
  /** Which keys it lets in. */
  readonly holds: Holds
}

/** A rotation that is not finished. */
export interface Rotation {
  /** Fingerprint of the key that goes. */
  readonly from: string
  /** Fingerprint of the key that comes. */
  readonly to: string
  /** When it began: ISO 8601, UTC. */
  readonly began: string
  /** Every account that held the old key when it began, less those that were forgotten. */
  readonly targets: readonly RotationTarget[]
}

/** What the console knows of its keys. */
export interface KeysState {
  readonly version: 1
  /** Accounts that hold the key, or may: they are written down before the key is placed. */
  readonly holders: readonly Holder[]
  /** Default: none is pending. */
  readonly rotation?: Rotation | undefined
}

const name = z.string().min(1).max(256)
const fingerprint = z.string().regex(/^SHA256:[A-Za-z0-9+/]{43}$/)
const holder = { system: name, account: name }

/** Most accounts that hold the key. */
const MAX_HOLDERS = 100_000

/** The state file. */
export const stateSchema: z.ZodType<KeysState> = z.strictObject({
  version: z.literal(1),
  holders: z.array(z.strictObject(holder)).max(MAX_HOLDERS),
  rotation: z
    .strictObject({
      from: fingerprint,
      to: fingerprint,
      began: z.iso.datetime(),
      targets: z
        .array(z.strictObject({ ...holder, holds: z.enum(['old', 'both', 'new']) }))
        .max(MAX_HOLDERS),
    })
    .optional(),
})

/** The state of a new key. */
export const NEW_STATE: KeysState = { version: 1, holders: [] }

/** A state as the text of its file. */
export function formatState(state: KeysState): string {
  return `${JSON.stringify(state, undefined, 2)}\n`
}

/** Whether both are the same account. */
export function isSame(one: Holder, other: Holder): boolean {
  return one.system === other.system && one.account === other.account
}

/** The holders with one more. */
export function withHolder(holders: readonly Holder[], { system, account }: Holder): Holder[] {
  const added = { system, account }
  return holders.some((one) => isSame(one, added)) ? [...holders] : [...holders, added]
}
