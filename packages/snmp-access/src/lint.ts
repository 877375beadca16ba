import type { Finding } from '@gatehouse/core'
import type { LintCode } from './lint-codes.ts'
import type { Configuration } from './model.ts'
import { findOpenCommunities } from './review/find-communities.ts'
import { findFaults } from './review/find-faults.ts'
import { findLooseEnds } from './review/find-loose-ends.ts'
import { findShadowed } from './review/find-shadowed.ts'

/**
 * Finds what a reviewer should worry about: what is open, what goes in clear, what the daemon reads
 * otherwise than it looks, what has no effect and what leads nowhere.
 *
 * What the daemon drops or misreads is found in a configuration that was read with `lenient`: a
 * strict `parse` refuses the text. Lines that decide nothing are found exactly, by all earlier lines
 * of the community together; only for sources cut into more than 10,000 pieces is nothing said.
 *
 * @returns The findings in the order of the text.
 */
export function lint(configuration: Configuration): Finding<LintCode>[] {
  return [
    ...findFaults(configuration),
    ...findShadowed(configuration),
    ...findOpenCommunities(configuration),
    ...findLooseEnds(configuration),
  ].toSorted(({ source: a }, { source: b }) => a.line - b.line)
}
