import type { ToolCommand } from '@gatehouse/toolbox-authorization'

/** Variables that every tool finds empty, whatever the account has set; those of its definition come after. */
const EMPTIED = ['CLASSPATH', 'ENV', 'JAVA_HOME', 'SHLIB_PATH'] as const

/**
 * One word for a POSIX shell: between single quotes, a single quote itself as `'\''`, and so a backslash, which
 * `fish` reads between quotes too.
 *
 * @throws TypeError for a text with NUL or half a character, which no command line can carry.
 */
export function quoteWord(text: string): string {
  if (text.includes('\0') || /\p{Cs}/u.test(text)) throw new TypeError('no word for a command line')
  return `'${text.replaceAll(/['\\]/g, String.raw`'\$&'`)}'`
}

/** What a shell is to run. */
export interface ShellRun {
  /** Script and variables. */
  readonly command: Pick<ToolCommand, 'script' | 'environment'>
  /** Positional parameters of the script. */
  readonly values: readonly string[]
  /** Variables of the task; they win over those of the definition. */
  readonly task: Readonly<Record<string, string>>
}

/**
 * The one line that is given to the shell of an account: in its home, with an empty standard input, and
 * with the variables set, its script is run by `/bin/sh`.
 *
 * Every word is quoted. Nothing of an argument, a name or a variable is read as shell text.
 */
export function commandLine({ command, values, task }: ShellRun): string {
  const variables = new Map<string, string>(EMPTIED.map((name) => [name, '']))
  for (const [name, value] of [...command.environment, ...Object.entries(task)]) {
    variables.set(name, value)
  }
  const settings = [...variables].map(([name, value]) => `${name}=${value}`)
  const script = ['/bin/sh', '-c', command.script, 'sh', ...values]
  return `cd && exec env ${[...settings, ...script].map(quoteWord).join(' ')} </dev/null`
}
