import { checkRequest, describeRequest, parseCertificate } from '@gatehouse/certificate-trust'
import { EXIT, type ExitCode } from '../../exit-code.ts'
import { jsonLine } from '../../render.ts'
import { painter, type Terminal } from '../../terminal.ts'
import { readInput, type InputOptions } from '../../certificates/input.ts'
import { renderCertificate, renderRequest, renderVerdict } from '../../certificates/render.ts'
import { stateCertificate, stateDecision, stateRequest } from '../../certificates/stated.ts'

/** Options of `cert show`. */
export interface ShowOptions extends InputOptions {
  /** One JSON object instead of text for people. */
  readonly json?: boolean
}

/** `gatehouse cert show INPUT`: what certificates and requests say. It decides nothing about certificates. */
export async function showCertificates(
  name: string,
  options: ShowOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { encoded, request, key } = await readInput(name, options)
  const paint = painter(terminal.colour)
  const command = 'cert show'
  if (request !== undefined) {
    const stated = stateRequest(request)
    const decision = stateDecision(checkRequest(request), describeRequest)
    const lines = [...renderRequest(stated, paint), ...renderVerdict(decision, paint)]
    const object = { command, input: name, request: stated, ...decision }
    terminal.out(options.json === true ? jsonLine(object) : `${lines.join('\n')}\n`)
    return EXIT[decision.outcome]
  }
  const certificates = encoded.map((der) => stateCertificate(parseCertificate(der, { file: name })))
  if (options.json === true) {
    terminal.out(jsonLine({ command, input: name, certificates, hasKey: key !== undefined }))
    return EXIT.allow
  }
  for (const [index, certificate] of certificates.entries()) {
    const title = `certificate ${index + 1} of ${certificates.length}`
    terminal.out(`${renderCertificate(certificate, title, paint).join('\n')}\n`)
  }
  if (key !== undefined) terminal.out('and a private key\n')
  return EXIT.allow
}
