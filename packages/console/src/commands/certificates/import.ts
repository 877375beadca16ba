import { parseRequest } from '@gatehouse/certificate-trust'
import { acceptReply, formatCertificate } from '@gatehouse/certificate-trust/issuing'
import { escapeControls } from '@gatehouse/core'
import { readFileWhole, readKey, type InputOptions } from '../../certificates/input.ts'
import { answer, writeResult } from '../../certificates/output.ts'
import { fact, renderCertificate } from '../../certificates/render.ts'
import { stateCertificate } from '../../certificates/stated.ts'
import { EXIT, type ExitCode } from '../../exit-code.ts'
import { painter, type Terminal } from '../../terminal.ts'

/** Options of `cert import`. */
export interface ImportOptions extends InputOptions {
  /** File with the private key that the request was made with. */
  readonly key: string
  /** The request, to compare names. */
  readonly request?: string
  /** File that gets the certificate and those above it, as PEM. */
  readonly out: string
  /** Replace the file that is there. */
  readonly replace?: boolean
  /** One JSON object instead of text for people. */
  readonly json?: boolean
}

/**
 * `gatehouse cert import REPLY`: takes what an authority sent back for a key: X.509 or PKCS#7.
 * Exit code 1 when the certificate lacks a name that was asked for; it is written all the same.
 */
export async function importReply(
  reply: string,
  options: ImportOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { request: requestFile, out, replace = false } = options
  const key = await readKey(options.key, options.passphraseFile)
  const request =
    requestFile === undefined
      ? {}
      : { request: parseRequest(await readFileWhole(requestFile), { file: requestFile }) }
  const bytes = await readFileWhole(reply)
  const accepted = acceptReply(bytes, { file: reply, key, ...request })
  const { certificate, chain, missingNames } = accepted
  await writeResult(out, [certificate, ...chain].map(formatCertificate).join(''), { replace })
  const stated = stateCertificate(certificate)
  const paint = painter(terminal.colour)
  const missing = missingNames.map((name) => paint('warning', `missing: ${escapeControls(name)}`))
  answer(
    options,
    {
      object: {
        command: 'cert import',
        certificate: stated,
        chain: chain.map(stateCertificate),
        missingNames,
        file: out,
      },
      lines: [
        ...renderCertificate(stated, 'imported', paint),
        fact('written', `${out}: ${chain.length + 1} certificates`),
        ...missing,
      ],
    },
    terminal,
  )
  return missingNames.length === 0 ? EXIT.allow : EXIT.deny
}
