import type { EditRefusal } from '../known-hosts/edit.ts'
import type { RotationRefusal } from '../known-hosts/update-host-keys.ts'

/** Why lines of a first connection are not written; the file is as it was. */
export const WRITE_REFUSALS = {
  /** Decide anew by the file as it is now: it may know the host with another key. */
  'host-not-new': 'the host has got lines since the decision, and none has this key',
  /** Mend the caller: the lines are `wouldWrite` of a decision about this very host. */
  'line-not-of-host': 'a line is not one of this host',
} as const

/** A code of {@link WRITE_REFUSALS}. */
export type WriteRefusal = keyof typeof WRITE_REFUSALS

/** What came of an edit of a file. */
export interface FileEdit<Refusal extends string = EditRefusal | RotationRefusal | WriteRefusal> {
  /** The file, as it was named. */
  readonly file: string
  /** Whether it holds another text than before, which is on disk then. */
  readonly changed: boolean
  /** Why nothing was done, where something stands against it. */
  readonly refused?: Refusal
  /** Lines, before the edit, that stand against it or were left. */
  readonly lines?: readonly number[]
}
