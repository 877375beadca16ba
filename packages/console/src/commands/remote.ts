import { loadTrustList } from '@gatehouse/certificate-trust/files'
import type { RemoteConsole } from '../console-client.ts'
import { innerKeyPath, loadInnerKey } from '../inner-key.ts'
import type { Terminal } from '../terminal.ts'

/** Options of a command that a running console may carry out instead. */
export interface RemoteOptions {
  /** Path of the systems file. */
  readonly systems?: string
  /** URL of a console that does it instead, and shows it on its page. */
  readonly console?: string
  /** Path of a trust list, for a console with HTTPS. */
  readonly trust?: string
  /** Path of the key that the console made. */
  readonly innerKey?: string
}

/** Path of the systems file: the option, else `GATEHOUSE_SYSTEMS`, else `./systems.json`. */
export function systemsPath(option: string | undefined, { env }: Terminal): string {
  return option ?? env['GATEHOUSE_SYSTEMS'] ?? 'systems.json'
}

/** Path of the inner key: the option, else `GATEHOUSE_INNER_KEY`, else beside the systems file. */
export function innerKeyFile(
  { systems, innerKey }: Pick<RemoteOptions, 'systems' | 'innerKey'>,
  terminal: Terminal,
): string {
  const named = innerKey ?? terminal.env['GATEHOUSE_INNER_KEY']
  return named ?? innerKeyPath(systemsPath(systems, terminal))
}

/**
 * The console at a URL.
 *
 * @throws ConfigError when its key cannot be read.
 */
export async function remoteConsole(
  url: string,
  options: RemoteOptions,
  terminal: Terminal,
): Promise<RemoteConsole> {
  const trustFile = options.trust ?? terminal.env['GATEHOUSE_TRUST']
  const innerKey = await loadInnerKey(innerKeyFile(options, terminal))
  return {
    url,
    innerKey,
    ...(trustFile !== undefined && { trust: await loadTrustList(trustFile) }),
  }
}
