import type { Varbind, Value } from '../../message/model.ts'
import type { Absence } from '../../mib.ts'
import type { Oid } from '../../model.ts'
import type { ErrorStatus } from '../../verdict.ts'

/** One object instance with its value. */
export interface ObjectInstance {
  readonly oid: Oid
  readonly value: Value
  /** How it is set; without it, it cannot be. */
  readonly write?: {
    /** Whether this value, which has the type of the present one, could be set. Nothing changes. */
    test(value: Value): ErrorStatus
    /** Sets it, after every test of the request said `noError`. */
    commit(value: Value): ErrorStatus
  }
}

/** What became of a SET whose tests had all said `noError`. */
export interface CommitFailure {
  readonly errorStatus: ErrorStatus
  /** The varbind at fault, from 1; 0 for none. */
  readonly errorIndex: number
}

/** What a responder asks of the objects of one context. What throws ends in genErr. */
export interface ContextObjects {
  /** Called once for each message, before all else: what follows has to agree until the message is answered. */
  begin?(): void
  /** The instance with exactly this name, or why there is none. */
  find(oid: Oid): ObjectInstance | Absence
  /** The first instance after this name in the order of `compareOids`. */
  next(oid: Oid): ObjectInstance | undefined
  /**
   * Whether one varbind of a SET could be set, the others beside it; asked only for objects in the
   * write view. Nothing changes.
   *
   * @param position - Which of them, from 0.
   */
  test(varbinds: readonly Varbind[], position: number): ErrorStatus
  /** Sets all of them. @returns What failed, `undefined` when all is set. */
  commit(varbinds: readonly Varbind[]): CommitFailure | undefined
}
