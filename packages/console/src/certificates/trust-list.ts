import { withLock } from '@gatehouse/core/files'
import { trustList, type TrustList } from '@gatehouse/certificate-trust'
import { loadTrustList, writeTrustList } from '@gatehouse/certificate-trust/files'
import { existsSync } from 'node:fs'

/** A list before and after a change. */
export interface ChangedList {
  readonly before: TrustList
  readonly after: TrustList
}

/** Options of {@link changeTrustList}. */
export interface ChangeOptions {
  /** Whether a list that is not there counts as an empty one. Default: it is an error. */
  readonly mayBeNew?: boolean
}

/**
 * Changes the trust list of a file while nobody else does: changes that come at once follow one another,
 * and none is lost. A change that throws, or gives the same list, leaves the file as it is.
 *
 * @throws ConfigError when the list cannot be read, or somebody holds it for too long.
 * @throws ParseError for what stands in the file.
 */
export function changeTrustList(
  file: string,
  change: (list: TrustList) => TrustList,
  { mayBeNew = false }: ChangeOptions = {},
): Promise<ChangedList> {
  return withLock(`${file}.lock`, async () => {
    const isNew = mayBeNew && !existsSync(file)
    const before = isNew ? trustList() : await loadTrustList(file)
    const after = change(before)
    if (isNew || after !== before) await writeTrustList(file, after)
    return { before, after }
  })
}
