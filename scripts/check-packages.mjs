/**
 * Checks what would be published: the packed tarballs, not the tree.
 *
 * Packs every package that is not private, runs publint and attw on each tarball, installs all
 * tarballs in an empty project, imports each entry point there, and type-checks an import of each
 * against the emitted declarations with `skipLibCheck` off. Needs a build.
 *
 *     node scripts/check-packages.mjs
 *
 * Exit code 0: all good. 1: at least one check failed; the output of each that did is printed.
 */
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const tool = (path) => join(root, 'node_modules', path)

const packages = readdirSync(join(root, 'packages'))
  .map((name) => ({
    folder: join(root, 'packages', name),
    ...manifestOf(join(root, 'packages', name)),
  }))
  .filter((candidate) => candidate.private !== true)
const temporary = mkdtempSync(join(tmpdir(), 'check-packages-'))
try {
  const tarballs = await pack()
  let failures = 0
  for (const [name, tarball] of tarballs) failures += await checkTarball(name, tarball)
  failures += await checkTogether(tarballs)
  console.log(`${tarballs.size} packages checked, ${failures} checks failed`)
  process.exitCode = failures > 0 ? 1 : 0
} finally {
  rmSync(temporary, { recursive: true })
}

function manifestOf(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
}

/** Packs all packages into the temporary folder. */
async function pack() {
  const options = ['--json', '--ignore-scripts', '--pack-destination', temporary]
  const folders = packages.map(({ folder }) => folder)
  const { output, status } = await run('npm', ['pack', ...options, ...folders], root)
  if (status !== 0) throw new Error(`npm pack failed:\n${output}`)
  const made = readdirSync(temporary)
  return new Map(
    packages.map(({ name, version }) => {
      const file = `${name.replace('@', '').replace('/', '-')}-${version}.tgz`
      if (!made.includes(file)) throw new Error(`npm pack did not make ${file}`)
      return [name, join(temporary, file)]
    }),
  )
}

/** publint and attw, side by side. */
async function checkTarball(name, tarball) {
  const attw = ['--profile', 'esm-only', '--no-definitely-typed', '--no-color', '--no-emoji']
  const results = await Promise.all([
    step(`${name}: publint`, 'node', [tool('publint/src/cli.js'), 'run', tarball, '--strict']),
    step(`${name}: attw`, 'node', [tool('@arethetypeswrong/cli/dist/index.js'), tarball, ...attw]),
  ])
  return results.filter((passed) => !passed).length
}

/** All tarballs in one empty project: do they find each other, load, and type-check? */
async function checkTogether(tarballs) {
  const project = join(temporary, 'project')
  mkdirSync(project)
  const dependencies = Object.fromEntries(
    [...tarballs].map(([name, file]) => [name, `file:${file}`]),
  )
  const overrides = Object.fromEntries([...tarballs.keys()].map((name) => [name, `$${name}`]))
  const manifest = { name: 'consumer', private: true, type: 'module', dependencies, overrides }
  writeFileSync(join(project, 'package.json'), JSON.stringify(manifest))
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline']
  if (!(await step('install together', 'npm', ['install', ...quiet], project))) return 1

  const entries = packages.flatMap(entryPoints)
  writeFileSync(join(project, 'load.mjs'), loadAll(entries))
  writeFileSync(join(project, 'types.ts'), entries.map(importType).join('\n'))
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions: strictest() }))
  const results = [
    await step(
      'siblings are the tarballs',
      'node',
      ['-e', siblingsFromTarballs(tarballs)],
      project,
    ),
    await step(`load ${entries.length} entry points`, 'node', ['load.mjs'], project),
    await step(
      'emitted declarations type-check',
      'node',
      [tool('typescript/bin/tsc'), '-p', '.'],
      project,
    ),
  ]
  return results.filter((passed) => !passed).length
}

/** The import specifiers that a package offers, `./package.json` aside. */
function entryPoints({ name, exports }) {
  return Object.keys(exports)
    .filter((key) => key !== './package.json')
    .map((key) => name + key.slice(1))
}

function loadAll(entries) {
  return `for (const entry of ${JSON.stringify(entries)}) {
  const names = Object.keys(await import(entry))
  if (names.length === 0) throw new Error(entry + ' exports nothing')
}`
}

function importType(entry, index) {
  return `export type Entry${index} = typeof import('${entry}')`
}

function strictest() {
  return {
    target: 'es2023',
    lib: ['es2023'],
    module: 'nodenext',
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    noEmit: true,
    types: ['node'],
    typeRoots: [tool('@types')],
  }
}

/** Fails when a package of ours was taken from anywhere but the tarballs. */
function siblingsFromTarballs(tarballs) {
  return `const { packages } = JSON.parse(require('fs').readFileSync('package-lock.json', 'utf8'))
const ours = new Set(${JSON.stringify([...tarballs.keys()])})
for (const [place, { resolved = '' }] of Object.entries(packages)) {
  const name = place.split('node_modules/').at(-1)
  if (ours.has(name) && !resolved.startsWith('file:')) throw new Error(place + ' is ' + resolved)
}`
}

/** Runs one check, prints its verdict, and its output when it failed. */
async function step(title, command, args, cwd = root) {
  const isNode = command !== 'npm'
  const { output, status } = await run(isNode ? process.execPath : command, args, cwd)
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${title}`)
  if (status !== 0) console.log(output.replace(/^/gm, '       '))
  return status === 0
}

function run(command, args, cwd) {
  return new Promise((done, fail) => {
    const child = spawn(command, args, {
      cwd,
      shell: process.platform === 'win32' && command === 'npm',
    })
    let output = ''
    child.stdout.on('data', (chunk) => (output += chunk))
    child.stderr.on('data', (chunk) => (output += chunk))
    child.on('error', fail)
    child.on('close', (status) => done({ output, status }))
  })
}
