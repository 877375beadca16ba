import { readdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defaultServerConditions } from 'vite'
import { defineConfig } from 'vitest/config'

const packages = readdirSync(new URL('packages', import.meta.url))
const build = fileURLToPath(new URL('test/build.ts', import.meta.url))
const closingLine = fileURLToPath(new URL('scripts/closing-line-reporter.mjs', import.meta.url))
const hangs = fileURLToPath(new URL('scripts/hang-reporter.mjs', import.meta.url))

/** The projects whose tests start built programs, beside those that they import from source. */
const STARTING_PROGRAMS = new Set(['agent', 'console', 'repository'])

/** One project a package, all run from source. */
export default defineConfig({
  ssr: { resolve: { conditions: ['@gatehouse/source', ...defaultServerConditions] } },
  test: {
    reporters: ['default', hangs, closingLine],
    // Vitest leaves one processor idle, which of two is half.
    maxWorkers: availableParallelism(),
    // A busy machine is no failure: a test that hangs ends all the same.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      ...packages.map((name) => ({
        extends: true as const,
        root: `packages/${name}`,
        test: { name, include: ['test/**/*.test.ts'], globalSetup: setupOf(name) },
      })),
      {
        extends: true as const,
        test: {
          name: 'repository',
          include: ['test/**/*.test.ts'],
          globalSetup: setupOf('repository'),
        },
      },
    ],
    coverage: { include: ['packages/*/src/**'] },
  },
})

function setupOf(project: string): string[] {
  return STARTING_PROGRAMS.has(project) ? [build] : []
}
