/**
 * Words of the category. `CONFIG` and `JOB` stand in published logs, `APPLICATION` is what `mxlog`
 * writes.
 */
export const MX_CATEGORIES = ['APPLICATION', 'CONFIG', 'JOB'] as const
/**
 * Words of the result. `SUCCESS` and `PROGRESS` stand in published logs; `FAILURE` is our choice.
 */
export const MX_RESULTS = ['SUCCESS', 'PROGRESS', 'FAILURE'] as const
/** Words of the action, as `mxlog` takes them; `<>` is its `ACTION_NONE`. */
export const MX_ACTIONS = [
  '<>',
  'ADD',
  'MODIFY',
  'DELETE',
  'RUN',
  'LIST',
  'ENABLE',
  'DISABLE',
  'RESTORE',
  'SAVE',
  'SETUP',
  'UNSETUP',
  'START',
  'DONE',
] as const
/**
 * Words of the object type: those of `mxlog`, with `<>` for its `TYPE_NONE`, and those of published
 * logs.
 */
export const MX_OBJECT_TYPES = [
  '<>',
  'APPLICATION',
  'GUI',
  'JOB',
  'TASK',
  'AUTHORIZATION',
  'AUTHORI',
] as const
/** Words of the level, as they stand in published logs. */
export const MX_LEVELS = ['SUMMARY', 'DETAIL', 'VERBOSE'] as const

/** The fields that take one of a closed set of words, with that set. */
export const MX_VOCABULARIES: Readonly<Record<MxWordField, readonly string[]>> = {
  category: MX_CATEGORIES,
  result: MX_RESULTS,
  action: MX_ACTIONS,
  objectType: MX_OBJECT_TYPES,
  level: MX_LEVELS,
}

/** A field of an mx.log record that takes one of a closed set of words. */
export type MxWordField = 'category' | 'result' | 'action' | 'objectType' | 'level'

/** What begins every record of mx.log. */
export const MX_KEY = '@!@'

interface MxTexts {
  /** Time stamp with zone: `2026-01-02 03:04:05 UTC`, see {@link formatMxTime}. */
  readonly time: string
  /** What the record is about, by name. Absent: none, which is written `<>`. */
  readonly object?: string
  /** Login name of the user. */
  readonly user: string
  /** Identity of the session. */
  readonly session?: string
  /** Identity of the transaction. */
  readonly transaction?: string
  /** Full name of the user. */
  readonly fullName?: string
}

/** A record of mx.log as it is written. */
export interface MxRecord extends MxTexts {
  /** What kind of thing was done; `mxlog` itself always writes `APPLICATION`. */
  readonly category: (typeof MX_CATEGORIES)[number]
  /** What came of it. */
  readonly result: (typeof MX_RESULTS)[number]
  /** What was done. */
  readonly action: (typeof MX_ACTIONS)[number]
  /** What kind of thing it was done to. */
  readonly objectType: (typeof MX_OBJECT_TYPES)[number]
  /** How much the record tells. */
  readonly level: (typeof MX_LEVELS)[number]
  /** What happened, in words. */
  readonly message: string
}

/**
 * A record of mx.log as it was read: its words may be others than ours, and it may have no message.
 */
export type ReadMxRecord = MxTexts & {
  readonly [Field in MxWordField]: string
} & {
  /** The lines after the first one; absent when there is none. */
  readonly message?: string
}
