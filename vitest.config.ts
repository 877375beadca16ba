import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defaultServerConditions } from 'vite'
import { defineConfig } from 'vitest/config'

const packages = readdirSync(new URL('packages', import.meta.url))
const closingLine = fileURLToPath(new URL('scripts/closing-line-reporter.mjs', import.meta.url))

/** One project a package, all run from source: no build comes before a test. */
export default defineConfig({
  ssr: { resolve: { conditions: ['@gatehouse/source', ...defaultServerConditions] } },
  test: {
    reporters: ['default', closingLine],
    // A busy machine is no failure: a test that hangs ends all the same.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      ...packages.map((name) => ({
        extends: true as const,
        root: `packages/${name}`,
        test: { name, include: ['test/**/*.test.ts'] },
      })),
      {
        extends: true as const,
        test: { name: 'repository', include: ['test/**/*.test.ts'] },
      },
    ],
    coverage: { include: ['packages/*/src/**'] },
  },
})
