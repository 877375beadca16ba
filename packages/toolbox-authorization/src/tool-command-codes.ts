import { describeWith, type Reason } from '@gatehouse/core'

/** Why a definition, or what it is given, makes no command that can be run. Part of the interface. */
export const TOOL_COMMAND_CODES = {
  /** Run it from the program that it is for: only single- and multiple-system-aware tools have commands. */
  'not-a-command-tool': 'the tool has no command: it is for another program',
  /** Put one `command` with a text into the block of the definition. */
  'command-missing': 'the definition has no command',
  /** Keep one of the two. */
  'command-repeated': 'the definition has a second command',
  /** Use a command of type stdout, which writes its results and ends. */
  'command-type-unsupported': 'commands of this type cannot be run',
  /** Copy the files by other means, and take the copying out of the definition. */
  'copy-unsupported': 'the definition copies files, which is not done',
  /** Remove the element or attribute, or mend its name: what is not understood is not run. */
  'definition-unsupported': 'the definition says something that is not understood',
  /** Name the variable by letters, digits and `_`, no digit first. */
  'variable-malformed': 'the name of a variable is not of the form that names have',
  /** Choose another name: `MX_` is for the task facility. */
  'variable-reserved': 'the variable is set by the task facility',
  /** Keep one of the two. */
  'variable-repeated': 'a variable is given twice',
  /** Write `%1` to `%9` for parameters, and `%%` for a percent sign. */
  'substitution-unsupported': 'the command has a substitution that is not made',
  /** Add a `parameter` element, or mend the number. */
  'parameter-undefined': 'the command uses a parameter that the definition does not have',
  /** Take the single quotes away: the value is one word without them. */
  'parameter-quoted': 'a parameter stands in single quotes, where no value can be put',
  /** Run the tool on the management server, which is `CMS`. */
  'execution-system-unsupported':
    'the command is to run on another system than the management server',
  /** Give the argument; the definition says that it is needed. */
  'argument-missing': 'an argument that the tool needs is missing',
  /** Name a parameter of the definition, by its name or number, once. */
  'argument-unknown': 'the tool has no such parameter, or it is given twice',
  /** Take out what no command line can carry: the character NUL, and halves of characters. */
  'argument-malformed': 'an argument cannot be put on a command line',
} as const

/** A key of {@link TOOL_COMMAND_CODES}. */
export type ToolCommandCode = keyof typeof TOOL_COMMAND_CODES

/** One line for people: the sentence of a reason's code, its facts and its source. */
export const describeCommand: (reason: Reason<ToolCommandCode>) => string =
  describeWith(TOOL_COMMAND_CODES)
