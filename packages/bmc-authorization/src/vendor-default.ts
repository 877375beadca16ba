import { KEYWORDS } from './keywords.ts'
import type { Policy } from './model.ts'
import { parse } from './parse.ts'

/**
 * Asks for the policy that the vendor ships, under which everybody may do everything.
 *
 * @deprecated Removes protection: whoever can reach the agent has level `MANAGE`.
 */
export const insecureVendorDefault: unique symbol = Symbol('insecureVendorDefault')

/**
 * The policy of the file as the vendor ships it, for a set-up that is to treat a missing file so.
 *
 * Nothing else makes a missing file open anything; {@link guard} states the opening.
 *
 * @param consent - The symbol {@link insecureVendorDefault}.
 * @throws TypeError when `consent` is anything else.
 */
export function vendorDefaultPolicy(consent: typeof insecureVendorDefault): Policy {
  if (consent !== insecureVendorDefault) throw new TypeError('insecureVendorDefault is required')
  return parse(SHIPPED, { file: 'vendor default' })
}

const { authorization, permission, assign, levels } = KEYWORDS
const SHIPPED = [
  authorization[0],
  ` ${permission} ${assign} ${levels.MANAGE}`,
  authorization[1],
].join('\n')
