import { createRequest, formatRequest } from '@gatehouse/certificate-trust/issuing'
import { ConfigError } from '@gatehouse/core'
import { readCertificates, readKey, type InputOptions } from '../../certificates/input.ts'
import { subjectNames, type SubjectOptions } from '../../certificates/names.ts'
import { answer, writeResult } from '../../certificates/output.ts'
import { stateRequest } from '../../certificates/stated.ts'
import { EXIT, type ExitCode } from '../../exit-code.ts'
import type { Terminal } from '../../terminal.ts'

/** Options of `cert csr`. */
export interface RequestOptions extends InputOptions, SubjectOptions {
  /** File with the private key. */
  readonly key: string
  /** Certificate whose names and usages are asked for again. */
  readonly like?: string
  /** File to write. Default: the request is printed. */
  readonly out?: string
  /** One JSON object instead of text for people. */
  readonly json?: boolean
}

/** `gatehouse cert csr`: a PKCS#10 request, signed by its key. */
export async function makeRequest(options: RequestOptions, terminal: Terminal): Promise<ExitCode> {
  const { like, out } = options
  const { names, isEmpty } = subjectNames(options)
  if ((like === undefined) === isEmpty) {
    throw new ConfigError('give either `--like`, or names: `--name`, `--address`, `--mail`')
  }
  const key = await readKey(options.key, options.passphraseFile)
  const [certificate] = like === undefined ? [] : await readCertificates(like, {})
  const request = createRequest(
    certificate === undefined ? { key, names } : { key, like: certificate },
  )
  const pem = formatRequest(request)
  if (out !== undefined) await writeResult(out, pem)
  const object = { command: 'cert csr', request: stateRequest(request), pem, file: out ?? null }
  const lines = out === undefined ? [pem.trimEnd()] : []
  answer(options, { object, lines }, terminal)
  return EXIT.allow
}
