/** What one system says that it trusts. */
export interface HoldingReport {
  /** Name of the system. */
  readonly system: string
  /** SHA-256 of the certificates that it trusts at the time; `null` when it has not said. */
  readonly trusts: readonly string[] | null
}

/** How far a new certificate has come: names of systems, in the order of the reports. */
export interface RotationProgress {
  /** Those that still hold only the old one: they refuse the new one. */
  readonly onlyOld: readonly string[]
  /** Those that trust both. */
  readonly both: readonly string[]
  /** Those that trust the new one, and the old one no more. */
  readonly onlyNew: readonly string[]
  /** Those that trust neither. */
  readonly neither: readonly string[]
  /** Those that have not said. */
  readonly unknown: readonly string[]
  /** Whether the old one can go: every system trusts the new one. */
  readonly isComplete: boolean
}

/**
 * Who still holds only the old certificate.
 *
 * @param rotation - SHA-256 of both, lower-case hexadecimal.
 */
export function rotationProgress(
  { from, to }: { readonly from: string; readonly to: string },
  reports: Iterable<HoldingReport>,
): RotationProgress {
  const groups = { onlyOld: [], both: [], onlyNew: [], neither: [], unknown: [] } as Record<
    'onlyOld' | 'both' | 'onlyNew' | 'neither' | 'unknown',
    string[]
  >
  for (const { system, trusts } of reports) {
    if (trusts === null) groups.unknown.push(system)
    else if (trusts.includes(to)) groups[trusts.includes(from) ? 'both' : 'onlyNew'].push(system)
    else groups[trusts.includes(from) ? 'onlyOld' : 'neither'].push(system)
  }
  const { onlyOld, neither, unknown } = groups
  return { ...groups, isComplete: onlyOld.length + neither.length + unknown.length === 0 }
}
