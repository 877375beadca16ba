import { ConfigError, escapeControls, formatSource, type Finding } from '@gatehouse/core'
import {
  describeHostFinding,
  describeLoginFinding,
  lintAuthorizedKeys,
  lintKnownHosts,
  parseAuthorizedKeys,
  parseKnownHosts,
} from '@gatehouse/ssh-trust'
import { basename } from 'node:path'
import { answer } from '../../certificates/output.ts'
import { EXIT, type ExitCode } from '../../exit-code.ts'
import { painter, type Terminal, type Tone } from '../../terminal.ts'
import { readText } from './presented.ts'

/** Files that can be reviewed. */
export const SSH_KINDS = ['known-hosts', 'authorized-keys'] as const

/** One of {@link SSH_KINDS}. */
type SshKind = (typeof SSH_KINDS)[number]

/** Options of `ssh lint`. */
export interface LintKeysOptions {
  /** What the file is. Default: by its name. */
  readonly kind?: SshKind
  /** One JSON object instead of text for people. */
  readonly json?: boolean
}

/** `gatehouse ssh lint FILE`: findings by line. Exit code 1 when one is more than a note. */
export async function lintKeys(
  file: string,
  options: LintKeysOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const kind = options.kind ?? kindOf(file)
  const found = findingsOf(kind, await readText(file), file)
  const paint = painter(terminal.colour)
  const lines = found.flatMap(({ severity, code, source, related, sentence }) => {
    const also = related.map(({ line }) => `line ${line}`)
    const see = also.length === 0 ? '' : `; see ${also.join(', ')}`
    return [
      `${paint(TONES[severity], severity.padEnd(7))} ${code}  ${formatSource(source)}`,
      `        ${escapeControls(sentence)}${see}`,
    ]
  })
  const shown = lines.length === 0 ? [`${escapeControls(file)}: no finding`] : lines
  const object = { command: 'ssh lint', file, kind, findings: found }
  answer(options, { object, lines: shown }, terminal)
  return found.some(({ severity }) => severity !== 'note') ? EXIT.deny : EXIT.allow
}

const TONES: Readonly<Record<Finding['severity'], Tone>> = {
  error: 'deny',
  warning: 'warning',
  note: 'quiet',
}

function findingsOf(
  kind: SshKind,
  text: Uint8Array,
  file: string,
): readonly (Finding & { readonly sentence: string })[] {
  switch (kind) {
    case 'known-hosts': {
      // Profile `strict` refuses a file that has something to be found.
      const store = parseKnownHosts([{ file, text }], { profile: 'openssh' })
      return lintKnownHosts(store).map((one) => ({ ...one, sentence: describeHostFinding(one) }))
    }
    case 'authorized-keys': {
      const keys = parseAuthorizedKeys(text, { file })
      return lintAuthorizedKeys(keys).map((one) => ({
        ...one,
        sentence: describeLoginFinding(one),
      }))
    }
  }
}

function kindOf(file: string): SshKind {
  const name = basename(file).toLowerCase()
  if (name.includes('known_hosts')) return 'known-hosts'
  if (name.includes('authorized_keys')) return 'authorized-keys'
  const which = SSH_KINDS.join('` or `--kind ')
  throw new ConfigError(`the name \`${file}\` does not say what it is: \`--kind ${which}\``)
}
