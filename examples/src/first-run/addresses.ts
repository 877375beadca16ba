import { once } from 'node:events'
import { createServer } from 'node:net'

/** Whether this machine has the address, found out by listening on it for a moment. */
export async function isOurs(address: string): Promise<boolean> {
  const server = createServer()
  try {
    server.listen(0, address)
    await once(server, 'listening')
    return true
  } catch {
    return false
  } finally {
    server.close()
  }
}

/** Those of some addresses that this machine does not have. */
export async function missingAddresses(addresses: readonly string[]): Promise<Set<string>> {
  const missing = new Set<string>()
  for (const address of new Set(addresses)) {
    // oxlint-disable-next-line no-await-in-loop -- three addresses
    if (!(await isOurs(address))) missing.add(address)
  }
  return missing
}
