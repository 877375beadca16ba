import { ConfigError } from '@gatehouse/core'
import { readBounded } from '@gatehouse/core/files'
import { MAX_LIST_BYTES, parseCertificateLists } from '../input/parse.ts'
import type { CertificateList } from '../revocation/certificate-list.ts'

/** Largest file: one list of the largest size as PEM, which takes a third more, and text beside it. */
const MAX_FILE_BYTES = 2 * MAX_LIST_BYTES

/**
 * Reads the revocation lists of files, PEM or DER, all or none.
 *
 * @throws ParseError for what stands in a file, ConfigError when one cannot be read.
 */
export async function loadCertificateLists(
  paths: readonly string[],
): Promise<readonly CertificateList[]> {
  const lists = await Promise.all(paths.map(loadOne))
  return lists.flat()
}

async function loadOne(file: string): Promise<readonly CertificateList[]> {
  const read = await readBounded(file, MAX_FILE_BYTES)
  if ('bytes' in read) return parseCertificateLists(read.bytes, { file })
  const { failure, ...cause } = read
  throw new ConfigError(`the revocation list \`${file}\` is ${failure}`, {
    source: { file },
    ...cause,
  })
}
