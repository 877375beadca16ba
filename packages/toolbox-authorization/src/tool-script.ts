import type { ToolCommandCode } from './tool-command-codes.ts'

/** A script, or the substitution that it cannot have. */
type Script = { readonly text: string } | { readonly code: ToolCommandCode; readonly at: string }

/** Where a character of a shell script stands. A comment or a nested script may be misjudged: see {@link scriptOf}. */
type Quoting = 'none' | 'single' | 'double'

/**
 * Makes a shell script of a command with `%1` to `%9`: each becomes a reference to a positional
 * parameter, one word where it stands alone. `%%` is a percent sign.
 *
 * Where quoting is misjudged, in a comment with an apostrophe say, a value may come to be split into
 * words; it never becomes code, because the shell does not read again what a parameter holds.
 */
export function scriptOf(command: string, parameters: number): Script {
  let text = ''
  let quoting: Quoting = 'none'
  for (let at = 0; at < command.length; at += 1) {
    const character = command.charAt(at)
    const next = command.charAt(at + 1)
    if (character === '%') {
      const code = next === '%' ? undefined : fault(next, parameters, quoting)
      if (code !== undefined) return { code, at: `%${next}` }
      text += next === '%' ? '%' : REFERENCE[quoting](next)
      at += 1
    } else if (character === '\\' && quoting !== 'single') {
      if (next === '%') return { code: 'substitution-unsupported', at: '\\%' }
      text += character + next
      at += 1
    } else {
      quoting = after(quoting, character)
      text += character
    }
  }
  return { text }
}

function fault(next: string, parameters: number, quoting: Quoting): ToolCommandCode | undefined {
  if (!/^[1-9]$/.test(next)) return 'substitution-unsupported'
  if (Number(next) > parameters) return 'parameter-undefined'
  return quoting === 'single' ? 'parameter-quoted' : undefined
}

const REFERENCE: Readonly<Record<Quoting, (digit: string) => string>> = {
  none: (digit) => `"\${${digit}}"`,
  double: (digit) => `\${${digit}}`,
  single: (digit) => `%${digit}`,
}

function after(quoting: Quoting, character: string): Quoting {
  if (character === "'" && quoting !== 'double') return quoting === 'single' ? 'none' : 'single'
  if (character === '"' && quoting !== 'single') return quoting === 'double' ? 'none' : 'double'
  return quoting
}
