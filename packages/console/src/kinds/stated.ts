import type { Difference, Finding, SourceRef } from '@gatehouse/core'

/** A reason together with its sentence; the form in which agents answer, too. */
export interface StatedReason {
  /** Code from the table of the package that decided. */
  readonly code: string
  /** Name of the guard that gave the reason, where several were asked. */
  readonly guard?: string | undefined
  /** What made the reason, such as a file and a line. */
  readonly source?: SourceRef | undefined
  /** Short values that the sentence holds, such as the level granted and the one needed. */
  readonly facts?: Readonly<Record<string, string>> | undefined
  /** The code in words; a system that keeps its policy to itself leaves it out. */
  readonly sentence?: string | undefined
}

/** A decision whose reasons carry their sentences. */
export interface StatedDecision {
  /** What the decision comes to. */
  readonly outcome: 'allow' | 'deny'
  /** The most specific reason first, never none. */
  readonly reasons: readonly StatedReason[]
}

/** One line of a patch: what goes, or what comes. */
export interface PatchLine {
  readonly sign: '-' | '+'
  /** Place and text, such as `line 3: ops * * +`. */
  readonly text: string
}

/** An edit of one file, for people. */
export interface Patch {
  /** Label of the file. */
  readonly file: string
  readonly lines: readonly PatchLine[]
}

/** What led to a decision. */
export interface Account {
  /** What led to it, one fact a line, for people. */
  readonly lines: readonly string[]
  /** The smallest edit that turns the outcome round, where the model has one. */
  readonly patch?: Patch | undefined
  /** The explanation as the model's package gives it, for programs. */
  readonly explanation: unknown
}

/** The answer to who can, or what can. */
export interface StatedAnswer {
  /** Whether anybody may, or anything is open. */
  readonly any: boolean
  /** The answer for people, line by line. */
  readonly lines: readonly string[]
  /** The answer as the model's package gives it, for programs. */
  readonly answer: unknown
}

/** What a reviewer should worry about, with its sentence. */
export interface StatedFinding extends Finding {
  /** The code in words with its facts, without the place. */
  readonly sentence: string
}

/** Requests that two policies answer differently. */
export interface StatedDifference extends Difference<unknown, unknown> {
  /** Which requests, on one line for people. */
  readonly requests: string
}

/** One file in its canonical form. */
export interface FormattedFile {
  /** Its path, as it was given. */
  readonly file: string
  readonly text: string
}
