import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { benchAddressSet } from './address-set.ts'
import { benchAuditLog } from './audit-log.ts'
import { benchAcceptance } from './certificates/acceptance.ts'
import { benchHostile } from './certificates/hostile.ts'
import { benchCertificateTrust } from './certificate-trust.ts'
import { readArguments, type Bench, type Program } from './command.ts'
import { fuzz } from './fuzz/command.ts'
import { growth } from './fuzz/growth.ts'
import { benchGoals } from './goals.ts'
import { kills } from './kills/command.ts'
import { benchLoading, loadOne } from './loading.ts'
import { benchModel } from './model-bench.ts'
import { MODELS } from './models/index.ts'
import { benchReplayStores } from './replay-stores.ts'
import { benchSecureTask } from './secure-task.ts'
import { benchSignedRequest } from './signed-request.ts'
import { benchSnmp } from './snmp.ts'
import { benchSnmpHostile } from './snmp-hostile.ts'
import { benchSshKeys } from './ssh-keys.ts'
import { benchSshKnownHosts } from './ssh-known-hosts.ts'
import { benchSshSessions } from './ssh-sessions.ts'
import { generatedKeys } from './ssh/generated-keys.ts'
import { flips } from './web-agent/flips.ts'
import { replays } from './web-agent/replays.ts'
import { unusedValues } from './web-agent/unused-values.ts'

/** What a run does; the names that the command line gives pick some. Goals come last: they read what the others wrote. */
const BENCHES: Readonly<Record<string, Bench>> = {
  'address-set': benchAddressSet,
  ...Object.fromEntries(
    Object.entries(MODELS).map(([name, withModel]): [string, Bench] => [
      name,
      (options) => withModel((model) => benchModel(model, options)),
    ]),
  ),
  loading: benchLoading,
  'audit-log': benchAuditLog,
  'certificate-trust': benchCertificateTrust,
  'certificate-acceptance': benchAcceptance,
  'certificate-hostile': benchHostile,
  'signed-request': benchSignedRequest,
  'secure-task': benchSecureTask,
  'replay-stores': benchReplayStores,
  'ssh-known-hosts': benchSshKnownHosts,
  'ssh-keys': benchSshKeys,
  'ssh-sessions': benchSshSessions,
  snmp: benchSnmp,
  'snmp-hostile': benchSnmpHostile,
  goals: benchGoals,
}

/** What has a command line of its own, and is no part of a run. */
const PROGRAMS: Readonly<Record<string, Program>> = {
  fuzz,
  growth,
  kills,
  'load-one': loadOne,
  replays,
  'unused-values': unusedValues,
  flips,
  'generated-keys': generatedKeys,
}

const RESULTS = fileURLToPath(new URL('../results/', import.meta.url))

process.exitCode = await main(process.argv.slice(2))

async function main(words: readonly string[]): Promise<number> {
  const [first = '', ...rest] = words
  const program = PROGRAMS[first]
  if (program !== undefined) return program(rest)
  const { names, options } = readArguments(words, RESULTS)
  const unknown = names.filter((name) => !Object.hasOwn(BENCHES, name))
  if (unknown.length > 0) {
    const known = [...Object.keys(BENCHES), ...Object.keys(PROGRAMS)].join(', ')
    process.stderr.write(`no bench ${unknown.join(', ')}; there are ${known}\n`)
    return 2
  }
  process.stdout.write(
    `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}\n`,
  )
  for (const [name, bench] of Object.entries(BENCHES)) {
    if (names.length > 0 && !names.includes(name)) continue
    // oxlint-disable-next-line no-await-in-loop -- one after the other, so that they do not disturb each other
    await bench(options)
  }
  return 0
}
