import type * as Ssh2 from 'ssh2'

import { SshError } from './ssh-error.ts'

/**
 * The peer package, loaded when it is first needed.
 *
 * @throws SshError `ssh2-missing`.
 */
export async function loadSsh2(): Promise<typeof Ssh2> {
  try {
    // CommonJS: what its types declare is the default export.
    const loaded = (await import('ssh2')) as unknown as { readonly default: typeof Ssh2 }
    return loaded.default
  } catch (cause) {
    throw new SshError('ssh2-missing', { cause })
  }
}
