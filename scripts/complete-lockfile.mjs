/**
 * Completes the lock file with the optional platform packages that the registry at hand did not have.
 *
 * npm leaves an optional package out of the lock when it cannot fetch it, and `npm ci` of npm 11 then
 * refuses the lock (npm/cli#9846). The names and versions stand in the `optionalDependencies` of the
 * packages that are locked; `os`, `cpu` and `libc` are read from the name. No `integrity` is made up:
 * an added entry has none until the lock is made again where the registry has the package.
 *
 *     node scripts/complete-lockfile.mjs [--check] [LOCKFILE]
 *
 * Exit code 0: complete. 1: `--check` found something. 2: an entry is missing that cannot be derived.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const OS = {
  aix: 'aix',
  android: 'android',
  darwin: 'darwin',
  freebsd: 'freebsd',
  linux: 'linux',
  netbsd: 'netbsd',
  openbsd: 'openbsd',
  openharmony: 'openharmony',
  sunos: 'sunos',
  win32: 'win32',
  windows: 'win32',
}
const CPU = {
  64: 'x64',
  arm: 'arm',
  arm64: 'arm64',
  ia32: 'ia32',
  loong64: 'loong64',
  mips64el: 'mips64el',
  ppc64: 'ppc64',
  riscv64: 'riscv64',
  s390x: 's390x',
  wasm32: 'wasm32',
  x64: 'x64',
}
const LIBC = {
  gnu: 'glibc',
  gnueabihf: 'glibc',
  musl: 'musl',
  musleabihf: 'musl',
}
const EXACT_VERSION = /^\d+\.\d+\.\d+(?:[-+][\w.+-]+)?$/

const { values, positionals } = parseArgs({
  options: { check: { type: 'boolean', default: false } },
  allowPositionals: true,
})
const path = positionals[0] ?? fileURLToPath(new URL('../package-lock.json', import.meta.url))
const lock = JSON.parse(readFileSync(path, 'utf8'))

const problems = hostsNamed(lock.packages)
const missing = findMissing(lock.packages)
if (values.check) {
  for (const [place, { version }] of missing) problems.push(`missing: ${place}@${version}`)
  report(problems, 'run `node scripts/complete-lockfile.mjs` and commit package-lock.json')
  process.exitCode = problems.length > 0 ? 1 : 0
} else {
  complete(lock.packages, missing)
}

/** Every optional dependency that no entry stands for, by the place where its entry belongs. */
function findMissing(packages) {
  const found = new Map()
  for (const [dependent, entry] of Object.entries(packages)) {
    for (const [name, wanted] of Object.entries(entry.optionalDependencies ?? {})) {
      if (resolves(packages, dependent, name, wanted)) continue
      const place = placeFor(packages, dependent, name)
      const dev = entry.dev === true && (found.get(place)?.dev ?? true)
      found.set(place, { name, version: wanted, dev, dependent })
    }
  }
  return found
}

/** Whether the nearest entry on the way up is the wanted one. A range was resolved by npm itself. */
function resolves(packages, dependent, name, wanted) {
  const nearest = foldersUpFrom(dependent).find(
    (folder) => `${folder}node_modules/${name}` in packages,
  )
  if (nearest === undefined) return false
  const { version } = packages[`${nearest}node_modules/${name}`]
  return !EXACT_VERSION.test(wanted) || version === wanted
}

/** The folders whose `node_modules` a package may look into, its own first, the root's last. */
function foldersUpFrom(dependent) {
  const folders = []
  for (let at = dependent; at !== ''; at = parentOf(at)) folders.push(`${at}/`)
  return [...folders, '']
}

function parentOf(place) {
  const cut = place.lastIndexOf('/node_modules/')
  return cut < 0 ? '' : place.slice(0, cut)
}

/** Beside the dependent, or below it where another version stands there already. */
function placeFor(packages, dependent, name) {
  const parent = parentOf(dependent)
  const beside = `${parent === '' ? '' : `${parent}/`}node_modules/${name}`
  return beside in packages ? `${dependent}/node_modules/${name}` : beside
}

/** Adds the entries, in the order in which npm writes them, or nothing when one cannot be derived. */
function complete(packages, wanted) {
  const additions = [...wanted].map(([place, need]) => [place, entryFor(need)])
  const underivable = additions.filter(([, entry]) => entry === undefined).map(([place]) => place)
  if (underivable.length > 0) {
    report(underivable, 'version or platform cannot be read from these; add them by hand')
    process.exitCode = 2
    return
  }
  if (additions.length > 0) {
    lock.packages = Object.fromEntries(
      [...Object.entries(packages), ...additions].toSorted(([a], [b]) => a.localeCompare(b, 'en')),
    )
    writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`)
  }
  console.log(`lock file: ${additions.length} entries added`)
  report(problems, 'remove these by hand')
}

/** The entry of an absent package, its fields in the order in which npm writes them. */
function entryFor({ name, version, dev }) {
  const platform = platformOf(name)
  if (platform === undefined || !EXACT_VERSION.test(version)) return undefined
  const { os, cpu, libc } = platform
  return {
    version,
    cpu: [cpu],
    ...(dev === true && { dev }),
    ...(libc !== undefined && { libc: [libc] }),
    optional: true,
    ...(os !== undefined && { os: [os] }),
  }
}

/** What the words at the end of a package name say: `binding-linux-x64-musl`, `darwin-arm64`. */
function platformOf(name) {
  const words = name.split(/[/-]/)
  const platform = {
    os: words.map((word) => OS[word]).findLast((os) => os !== undefined),
    cpu: words.map((word) => CPU[word]).findLast((cpu) => cpu !== undefined),
    libc: words.map((word) => LIBC[word]).findLast((libc) => libc !== undefined),
  }
  if (platform.cpu === undefined) return undefined
  return platform.os === undefined && platform.cpu !== 'wasm32' ? undefined : platform
}

/** A lock file names no registry: each machine uses its own. */
function hostsNamed(packages) {
  return Object.entries(packages)
    .filter(([, { resolved = '' }]) => /^https?:/.test(resolved))
    .map(([place]) => `names a registry: ${place}`)
}

function report(lines, advice) {
  if (lines.length === 0) return
  for (const line of lines) console.error(line)
  console.error(`${lines.length} in the lock file: ${advice}`)
}
