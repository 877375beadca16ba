import type { DefaultTarget, SystemGroup, Tool } from './model.ts'

/** The entries of one file, as the first pass leaves them. */
export interface WrittenFile<Written> {
  readonly entries: readonly Written[]
  /** Offset of each entry in the text. */
  readonly offsets: readonly number[]
  /** Comments behind the last entry. */
  readonly trailingComments: readonly string[]
}

/** A name that a later pass looks up, with its place in the text. */
export interface WrittenReference {
  readonly name: string
  readonly offset: number
}

/** A group whose members are not looked up yet. */
export interface WrittenGroup {
  readonly group: Omit<SystemGroup, 'members'>
  readonly members: readonly WrittenReference[]
}

/** A tool whose toolboxes and default targets are not looked up yet. */
export interface WrittenTool {
  readonly tool: Omit<Tool, 'toolboxes' | 'defaultTarget'>
  readonly toolboxes: readonly WrittenReference[]
  readonly defaultTarget: Exclude<DefaultTarget, readonly string[]> | readonly WrittenReference[]
}
