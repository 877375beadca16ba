import { ConfigError, formatSource, type Edit } from '@gatehouse/core'
import { describeLogin, explainHostKey, explainLogin } from '@gatehouse/ssh-trust'
import { answer } from '../../certificates/output.ts'
import { fact } from '../../certificates/render.ts'
import { EXIT, type ExitCode } from '../../exit-code.ts'
import { painter, type Terminal } from '../../terminal.ts'
import { readLogin, renderLogin, stateLogin, type AuthorizeOptions } from './authorize.ts'
import { readHostRequest, renderHost, stateHost, type CheckHostOptions } from './check-host.ts'
import { filesOf, loadHosts } from './known-hosts.ts'

/** Options of `ssh explain`: those of `check-host`, or those of `authorize`. */
export type ExplainOptions = Partial<CheckHostOptions & AuthorizeOptions>

/** `gatehouse ssh explain HOST|USER`: a decision, and every line that had a say. */
export async function explainKey(
  name: string,
  options: ExplainOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { knownHosts, file, from } = options
  if (knownHosts !== undefined && file === undefined) {
    return await explainHost(name, { ...options, knownHosts }, terminal)
  }
  if (file !== undefined && from !== undefined && knownHosts === undefined) {
    return await explainAccount(name, { ...options, file, from }, terminal)
  }
  throw new ConfigError('name `--known-hosts` for a host, or `--file` and `--from` for an account')
}

async function explainHost(
  place: string,
  options: CheckHostOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { request, settings } = await readHostRequest(place, options)
  const store = await loadHosts(filesOf(options))
  const { decision, lines, smallestEdit } = explainHostKey(request, store, settings)
  const edit = smallestEdit === undefined ? {} : { smallestEdit }
  const object = { command: 'ssh explain', ...stateHost(decision, request), lines, ...edit }
  const other = decision.outcome === 'allow' ? 'deny' : 'allow'
  const shown = [
    ...renderHost(decision, request, painter(terminal.colour)),
    ...lines.map(({ source, says, fingerprint, decided }) =>
      fact(decided ? 'decides' : 'line', `${formatSource(source)}  ${says}  ${fingerprint}`),
    ),
    ...(smallestEdit === undefined
      ? []
      : linesOf(smallestEdit.edit).map((text) =>
          fact('', `to ${other} it, ${smallestEdit.file} would need: ${text}`),
        )),
  ]
  answer(options, { object, lines: shown }, terminal)
  return EXIT[decision.outcome]
}

function linesOf(edit: Edit): string[] {
  return edit.flatMap((change) => ('text' in change ? [change.text] : []))
}

async function explainAccount(
  user: string,
  options: AuthorizeOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { request, store, settings } = await readLogin(user, options)
  const { decision, lines } = explainLogin(request, store, settings)
  const object = { command: 'ssh explain', ...stateLogin(user, decision), lines }
  const shown = [
    ...renderLogin(decision, painter(terminal.colour)),
    ...lines.map(({ reason, lets }) => fact(lets ? 'lets in' : 'refuses', describeLogin(reason))),
  ]
  answer(options, { object, lines: shown }, terminal)
  return EXIT[decision.outcome]
}
