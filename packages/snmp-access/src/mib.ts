import type { Oid } from './oid.ts'
import type { ErrorStatus } from './verdict.ts'

/** An object instance, as far as access control needs it. */
export interface Instance {
  readonly oid: Oid
  /** Whether it is a Counter64, which version 1 cannot carry and never sees. Default false. */
  readonly counter64?: boolean
}

/** Why a GET finds nothing (RFC 3416 section 4.2.1). */
export type Absence = 'noSuchObject' | 'noSuchInstance'

/** The objects of one context. Pure: asked the same, it answers the same while a message is decided. */
export interface Mib {
  /** The instance with exactly this name, or why there is none. */
  find(oid: Oid): Instance | Absence
  /** The first instance after this name in the order of `compareOids`. */
  next(oid: Oid): Instance | undefined
  /**
   * Whether a SET would work, before anything is set; asked only for objects in the write view.
   *
   * @param position - Which varbind of the request, from 0.
   */
  test(oid: Oid, position: number): ErrorStatus
}
