import { arch, hostname, networkInterfaces, release, type } from 'node:os'
import { method, microagent, type Microagent } from './method.ts'

/** The machine that the agent runs on. All names are the vendor's. */
export const sysInfo: Microagent = microagent('basic facts about the machine', {
  getOperatingSystem: method({
    impact: 'INFO',
    description: 'name and version of the operating system',
    arguments: {},
    run: () => ({ name: type(), version: release() }),
  }),
  getArchitecture: method({
    impact: 'INFO',
    description: 'hardware architecture',
    arguments: {},
    run: () => ({ architecture: arch() }),
  }),
  getHostName: method({
    impact: 'INFO',
    description: 'host name of the machine',
    arguments: {},
    run: () => ({ hostName: hostname() }),
  }),
  getNetworkAddress: method({
    impact: 'INFO',
    description: 'addresses of the machine, loopback left out',
    arguments: {},
    run: () => {
      const known = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
      return { addresses: known.filter(({ internal }) => !internal).map(({ address }) => address) }
    },
  }),
})
