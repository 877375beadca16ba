import { describeWith, type Reason } from '@gatehouse/core'

/** Why a command over SSH is refused that is none of the table of tools. */
export const COMMAND_CODES = {
  /** Name one of `tools` as the command, exactly: there is no shell. */
  'command-missing': 'no command was asked for, and there is no shell',
  /** Name one of `tools`, exactly and without arguments; so must a `command=` of the key's line. */
  'tool-unknown': 'the command is not the name of a tool',
  /** Nothing to do. */
  'tool-named': 'the command is the name of a tool',
} as const

/** A code of {@link COMMAND_CODES}. */
export type CommandCode = keyof typeof COMMAND_CODES

/** One line for people: the sentence of the code, and its source. */
export const describeCommand: (reason: Reason<CommandCode>) => string = describeWith(COMMAND_CODES)
