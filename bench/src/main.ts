import { cpus } from 'node:os'
import { benchAddressSet } from './address-set.ts'
import { benchBmcAuthorization } from './bmc-authorization.ts'
import { benchHawkTrusted } from './hawk-trusted.ts'
import { markdownTable } from './markdown-table.ts'

const SIZES = [100, 1_000, 10_000, 100_000]

const BENCHES = {
  'address-set': () => Promise.resolve(benchAddressSet(SIZES)),
  'hawk-trusted': () => benchHawkTrusted(SIZES),
  'bmc-authorization': () => benchBmcAuthorization(SIZES),
} as const

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !Object.hasOwn(BENCHES, name))
if (unknown.length > 0) {
  process.stderr.write(
    `no bench ${unknown.join(', ')}; there are ${Object.keys(BENCHES).join(', ')}\n`,
  )
  process.exit(2)
}
process.stdout.write(
  `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}\n`,
)
for (const [name, bench] of Object.entries(BENCHES)) {
  if (asked.length > 0 && !asked.includes(name)) continue
  // oxlint-disable-next-line no-await-in-loop -- one after the other, so that they do not disturb each other
  process.stdout.write(`\n## ${name}\n\n${markdownTable(await bench())}\n`)
}
