import {
  describeRemedy,
  describeTrust,
  diagnose,
  WARNINGS,
  type Diagnosis,
  type LinkFit,
} from '@gatehouse/certificate-trust'
import { loadTrustList } from '@gatehouse/certificate-trust/files'
import { ConfigError, escapeControls } from '@gatehouse/core'
import { readAuthorities, readPeer, type InputOptions } from '../../certificates/input.ts'
import { peerNames } from '../../certificates/names.ts'
import { answer } from '../../certificates/output.ts'
import { renderVerdict } from '../../certificates/render.ts'
import { stateDecision } from '../../certificates/stated.ts'
import { EXIT, type ExitCode } from '../../exit-code.ts'
import { painter, type Paint, type Terminal } from '../../terminal.ts'

/** Options of `cert diagnose`. */
export interface DiagnoseOptions extends InputOptions {
  /** Host name that was browsed by. */
  readonly name?: string
  /** Address that was browsed by, in its place. */
  readonly address?: string
  /** Trust list. Default: nobody is trusted. */
  readonly trust?: string
  /** Files with roots, in place of a trust list. */
  readonly root?: readonly string[]
  /** Instant of the check. Default: now. */
  readonly at?: Date
  /** One JSON object instead of text for people. */
  readonly json?: boolean
}

/** `gatehouse cert diagnose INPUT`: what a browser says of a chain, why, and what to do. */
export async function diagnoseChain(
  input: string,
  options: DiagnoseOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { name, address, trust, root, at = new Date() } = options
  if (trust !== undefined && root !== undefined) {
    throw new ConfigError('`--trust` and `--root` exclude each other')
  }
  const [stated, second] = peerNames({
    ...(name === undefined ? {} : { name: [name] }),
    ...(address === undefined ? {} : { address: [address] }),
  })
  if (second !== undefined) throw new ConfigError('`--name` and `--address` exclude each other')
  const peer = await readPeer(input, options)
  const browsed = stated ?? peer.names[0]
  const diagnosis = diagnose(peer.chain, {
    at,
    ...(browsed === undefined ? {} : { name: browsed }),
    ...(trust === undefined ? {} : { list: await loadTrustList(trust) }),
    ...(root === undefined ? {} : { anchors: await readAuthorities(root) }),
  })
  const { warning, warnings, browser, links } = diagnosis
  const decision = stateDecision(diagnosis.decision, describeTrust)
  const remedies = diagnosis.remedies.map(({ source, ...remedy }) => ({
    ...remedy,
    ...(source === undefined ? {} : { source }),
    sentence: describeRemedy(remedy),
  }))
  const told = { warning, warnings, browser }
  const paint = painter(terminal.colour)
  const lines = [
    ...renderWarning(diagnosis, paint),
    ...renderVerdict(decision, paint),
    ...remedies.map(({ code, sentence }, index) => {
      const title = index === 0 ? 'to do ' : '      '
      return escapeControls(`${title} ${code.padEnd(20)}  ${sentence}`)
    }),
    ...links.flatMap(renderLink),
  ]
  const object = { command: 'cert diagnose', input, ...told, ...decision, remedies, links }
  answer(options, { object, lines }, terminal)
  return EXIT[decision.outcome]
}

function renderWarning({ warning, warnings, browser }: Diagnosis, paint: Paint): string[] {
  const tone = warning === 'none' ? 'allow' : 'warning'
  const others = warnings.slice(1)
  return [
    `${paint(tone, warning.toUpperCase())}: ${WARNINGS[warning]}`,
    `${'browser'.padEnd(8)}${browser ?? 'shows the page'}`,
    ...(others.length === 0 ? [] : [`${'then'.padEnd(8)}${others.join(', ')}`]),
  ]
}

/** Links of a console to the system: by its name, its address, its full name. */
function renderLink({ format, host, fits, names }: LinkFit): string[] {
  if (fits === null && names.length === 0) return []
  const verdict = fits === null ? '' : `${host} ${fits ? 'fits' : 'does not fit'}`
  const given =
    names.length === 0 ? 'the certificate has none' : `in it: ${names.slice(0, 8).join(', ')}`
  return [
    escapeControls(
      `link    by ${format.padEnd(9)}  ${[verdict, given].filter(Boolean).join('; ')}`,
    ),
  ]
}
