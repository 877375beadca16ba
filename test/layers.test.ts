import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { root } from './run-script.ts'

type Layer = 'foundation' | 'model' | 'service' | 'app'
interface Package {
  readonly layer: Layer
  readonly dependsOn: readonly string[]
  /** The one source file; default: an import of each dependency. */
  readonly source?: string
}
type Workspace = Readonly<Record<string, Package>>

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'layers-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

test('packages that only import downwards are accepted', () => {
  const { ok } = boundaries({
    core: { layer: 'foundation', dependsOn: [] },
    'address-set': { layer: 'foundation', dependsOn: ['core'] },
    hawk: { layer: 'model', dependsOn: ['core'] },
    bmc: { layer: 'model', dependsOn: ['core', 'address-set'] },
    protocol: { layer: 'service', dependsOn: ['core', 'hawk', 'bmc'] },
    agent: { layer: 'app', dependsOn: ['core', 'hawk', 'bmc', 'protocol'] },
    console: { layer: 'app', dependsOn: ['agent', 'protocol'] },
  })
  expect(ok).toBe(true)
})

test.each<[Layer, Layer]>([
  ['model', 'model'],
  ['model', 'service'],
  ['model', 'app'],
  ['foundation', 'model'],
  ['foundation', 'service'],
  ['foundation', 'app'],
  ['service', 'app'],
])('a package of layer %s that imports one of layer %s is refused', (lower, upper) => {
  const { ok, output } = boundaries({
    lower: { layer: lower, dependsOn: ['upper'] },
    upper: { layer: upper, dependsOn: [] },
  })
  expect(ok).toBe(false)
  expect(output).toContain(`\`@layers/upper\` found with tag listed in denylist`)
})

test.each([
  ['that its manifest does not name', "import '@layers/bmc'\n"],
  ['by the path of its files', "import '../../bmc/src/index.ts'\n"],
])('a model that imports another package %s is refused', (_how, source) => {
  const { ok, output } = boundaries({
    hawk: { layer: 'model', dependsOn: [], source },
    bmc: { layer: 'model', dependsOn: [] },
  })
  expect(ok).toBe(false)
  expect(output).toContain('hawk/src/index.ts:1')
})

/** Lays out a workspace with this repository's turbo.json and asks turbo what is wrong with it. */
function boundaries(packages: Workspace): { ok: boolean; output: string } {
  copyFileSync(join(root, 'turbo.json'), join(folder, 'turbo.json'))
  write('package.json', {
    name: 'layers',
    private: true,
    packageManager: 'npm@11.19.1',
    workspaces: ['packages/*'],
  })
  write('package-lock.json', { name: 'layers', lockfileVersion: 3, packages: {} })
  for (const [name, entry] of Object.entries(packages)) writePackage(name, entry)
  spawnSync('git', ['init', '--quiet'], { cwd: folder })
  const { status, stdout, stderr } = spawnSync(
    join(root, 'node_modules/.bin/turbo'),
    ['boundaries'],
    {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', NO_COLOR: '1' },
    },
  )
  return { ok: status === 0, output: stdout + stderr }
}

function writePackage(name: string, { layer, dependsOn, source }: Package): void {
  const names = dependsOn.map((other) => `@layers/${other}`)
  write(`packages/${name}/package.json`, {
    name: `@layers/${name}`,
    version: '0.0.0',
    dependencies: Object.fromEntries(names.map((other) => [other, '0.0.0'])),
  })
  write(`packages/${name}/turbo.json`, { extends: ['//'], tags: [layer] })
  const imports = names.map((other) => `import '${other}'\n`).join('')
  write(`packages/${name}/src/index.ts`, source ?? `${imports}export {}\n`)
}

function write(path: string, content: string | object): void {
  const target = join(folder, path)
  mkdirSync(dirname(target), { recursive: true })
  writeFileSync(target, typeof content === 'string' ? content : JSON.stringify(content))
}
