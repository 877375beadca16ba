/**
 * Installs the programs that tests ask for a second opinion, where they are missing.
 *
 *     node scripts/install-peers.mjs
 *
 * Debian and its kin only, as root. Says what it does and does nothing when all are there. When it
 * cannot, it says so and exits with 0 all the same: the tests that need a program are then skipped
 * under a name that begins with `needs `, which the closing line of a run reports, and CI refuses.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'

/** Package by the command that tests start. */
const PEERS = {
  tcpdmatch: 'tcpd',
  openssl: 'openssl',
  chromium: 'chromium',
  certutil: 'libnss3-tools',
  postgres: 'postgresql',
  'ssh-keygen': 'openssh-client',
  sshd: 'openssh-server',
  snmpd: 'snmpd',
  snmptrapd: 'snmptrapd',
  snmpget: 'snmp',
}

/** Debian keeps the programs of a PostgreSQL server out of the usual path, by version. */
const ASIDE = '/usr/lib/postgresql'

const PATH = [process.env.PATH, '/usr/sbin', '/sbin', ...serverFolders()].join(':')

const options = {
  stdio: 'inherit',
  timeout: 300_000,
  env: { ...process.env, PATH, DEBIAN_FRONTEND: 'noninteractive' },
}

const missing = Object.entries(PEERS).filter(([command]) => !has(command))
if (missing.length > 0) install([...new Set(missing.map(([, name]) => name))])

function serverFolders() {
  if (!existsSync(ASIDE)) return []
  return readdirSync(ASIDE).map((version) => `${ASIDE}/${version}/bin`)
}

function has(command) {
  return spawnSync('sh', ['-c', `command -v ${command}`], { env: { PATH } }).status === 0
}

function install(packages) {
  const names = packages.join(' ')
  if (!has('apt-get')) return lament(names, 'there is no apt-get here')
  if (process.getuid?.() !== 0) return lament(names, 'only root can install')
  console.log(`installing the programs that tests ask for a second opinion: ${names}`)
  if (run(packages)) return undefined
  console.log('it did not work; reading the list of packages anew')
  spawnSync('apt-get', ['update', '-q'], options)
  return run(packages) ? undefined : lament(names, 'apt-get failed, see above')
}

function run(packages) {
  const line = ['install', '-y', '-q', '--no-install-recommends', ...packages]
  return spawnSync('apt-get', line, options).status === 0
}

function lament(names, why) {
  console.log('*'.repeat(78))
  console.log(`MISSING: ${names}. Not installed: ${why}.`)
  console.log('Tests that need them are skipped, and fail in CI. Install them by hand.')
  console.log('*'.repeat(78))
}
