import { parseCertificateFile, type Certificate } from '@gatehouse/certificate-trust'
import {
  formatCertificate,
  planRenewal,
  renewSelfSigned,
  type Renewal,
} from '@gatehouse/certificate-trust/issuing'
import { ConfigError } from '@gatehouse/core'
import { replaceFile, withLock } from '@gatehouse/core/files'
import { readFileWhole, readKey, type InputOptions } from '../../certificates/input.ts'
import { formatSeconds } from '../../certificates/instants.ts'
import { answer, writeResult } from '../../certificates/output.ts'
import { fact, renderCertificate } from '../../certificates/render.ts'
import { stateCertificate } from '../../certificates/stated.ts'
import { EXIT, type ExitCode } from '../../exit-code.ts'
import { painter, type Terminal } from '../../terminal.ts'

/** Options of `cert renew`. */
export interface RenewOptions extends InputOptions {
  /** File with the private key, which stays. */
  readonly key: string
  /** Default 365. */
  readonly days?: number
  /** Renew it although it is not due. */
  readonly force?: boolean
  /** One JSON object instead of text for people. */
  readonly json?: boolean
}

/**
 * `gatehouse cert renew CERTIFICATE`: a self-signed certificate that is due gets a successor in its
 * place, for the same key, subject and names; the old one stays beside it as `CERTIFICATE.old`. A file
 * with more in it is an error: the rest would be lost.
 *
 * Exit code 1 for one that an authority issued: that is asked by a request.
 */
export function renewCertificate(
  file: string,
  options: RenewOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  return withLock(`${file}.lock`, async () => {
    const at = new Date()
    const bytes = Buffer.from(await readFileWhole(file))
    const [certificate, ...others] = parseCertificateFile(bytes, { file })
    if (certificate === undefined) throw new ConfigError(`\`${file}\` holds no certificate`)
    const plan = planRenewal(certificate, at)
    const found = { file, certificate, plan }
    if (plan.by === 'authority') return tell('request', found, options, terminal)
    if (!plan.isDue && options.force !== true) return tell('not-due', found, options, terminal)
    const isDer = bytes.equals(certificate.der)
    const blocks = bytes.toString('latin1').split('-----BEGIN ').length - 1
    const isSole = others.length === 0 && (isDer || blocks === 1)
    if (!isSole) throw new ConfigError(`\`${file}\` holds more than a certificate`)
    const { days, passphraseFile } = options
    const key = await readKey(options.key, passphraseFile)
    const next = renewSelfSigned(certificate, { key, at, ...(days === undefined ? {} : { days }) })
    const form = (one: Certificate): string | Uint8Array =>
      isDer ? one.der : formatCertificate(one)
    const old = `${file}.old`
    await writeResult(old, form(certificate), { replace: true })
    await replaceFile(file, form(next))
    return tell('renewed', { file, certificate: next, plan, old }, options, terminal)
  })
}

/** What came of it. */
type Outcome = 'renewed' | 'not-due' | 'request'

interface Told {
  readonly file: string
  /** The new one, or the one that stays. */
  readonly certificate: Certificate
  readonly plan: Renewal
  readonly old?: string
}

function tell(
  outcome: Outcome,
  { file, certificate, plan, old }: Told,
  options: RenewOptions,
  terminal: Terminal,
): ExitCode {
  const stated = stateCertificate(certificate)
  const dueAt = formatSeconds(plan.dueAt.getTime() / 1000)
  const what: Record<Outcome, readonly string[]> = {
    renewed: [
      fact('written', `${file}, the old one to ${old}`),
      fact('next', 'who trusts the old one as itself needs the new one: `cert rotate`'),
    ],
    'not-due': [fact('due', `not before ${dueAt}; \`--force\` renews it now`)],
    request: [
      fact('due', `${plan.isDue ? 'since' : 'not before'} ${dueAt}`),
      fact('next', 'an authority issued it: make a request by `cert csr --like`'),
    ],
  }
  const shown = renderCertificate(stated, outcome, painter(terminal.colour))
  const object = {
    command: 'cert renew',
    outcome,
    due: plan.isDue,
    dueAt,
    certificate: stated,
    file,
    old: old ?? null,
  }
  answer(options, { object, lines: [...shown, ...what[outcome]] }, terminal)
  return outcome === 'request' ? EXIT.deny : EXIT.allow
}
