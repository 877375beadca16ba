import {
  createKey,
  formatCertificate,
  formatKey,
  issueSelfSigned,
  type KeyType,
} from '@gatehouse/certificate-trust/issuing'
import { writeKeyFile } from '@gatehouse/certificate-trust/files'
import { join } from 'node:path'
import { ownNames, subjectNames, type SubjectOptions } from '../../certificates/names.ts'
import { answer, makeFolder, requireAbsent, writeResult } from '../../certificates/output.ts'
import { fact, renderCertificate } from '../../certificates/render.ts'
import { stateCertificate } from '../../certificates/stated.ts'
import { EXIT, type ExitCode } from '../../exit-code.ts'
import { painter, type Terminal } from '../../terminal.ts'

/** Options of `cert self-signed`. */
export interface SelfSignedOptions extends SubjectOptions {
  /** Default `P-256`. */
  readonly keyType?: KeyType
  /** Default 365. */
  readonly days?: number
  /** Folder that gets `key.pem` and `certificate.pem`; made when it is not there. */
  readonly outDir: string
  /** One JSON object instead of text for people. */
  readonly json?: boolean
}

/** `gatehouse cert self-signed`: a key and a certificate that vouches for itself, for this system by default. */
export async function makeSelfSigned(
  options: SelfSignedOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { keyType, days, outDir } = options
  const names = subjectNames(options)
  const key = createKey(keyType)
  const certificate = issueSelfSigned({
    key,
    names: names.isEmpty ? subjectNames({ ...options, ...ownNames() }).names : names.names,
    at: new Date(),
    ...(days === undefined ? {} : { days }),
  })
  const keyFile = join(outDir, 'key.pem')
  const certificateFile = join(outDir, 'certificate.pem')
  await makeFolder(outDir)
  await requireAbsent(certificateFile)
  await writeKeyFile(keyFile, formatKey(key))
  await writeResult(certificateFile, formatCertificate(certificate))
  const stated = stateCertificate(certificate)
  const written = { key: keyFile, certificate: certificateFile }
  answer(
    options,
    {
      object: { command: 'cert self-signed', certificate: stated, files: written },
      lines: [
        ...renderCertificate(stated, 'self-signed', painter(terminal.colour)),
        fact('written', `${keyFile}, ${certificateFile}`),
      ],
    },
    terminal,
  )
  return EXIT.allow
}
