import { readdirSync } from 'node:fs'
import { defaultServerConditions } from 'vite'
import { defineConfig } from 'vitest/config'

const packages = readdirSync(new URL('packages', import.meta.url))

/** One project a package, all run from source: no build comes before a test. */
export default defineConfig({
  ssr: { resolve: { conditions: ['@gatehouse/source', ...defaultServerConditions] } },
  test: {
    reporters: ['default', new URL('scripts/closing-line-reporter.mjs', import.meta.url).pathname],
    projects: [
      ...packages.map((name) => ({
        extends: true as const,
        root: `packages/${name}`,
        test: { name, include: ['test/**/*.test.ts'] },
      })),
      { extends: true as const, test: { name: 'repository', include: ['test/**/*.test.ts'] } },
    ],
    coverage: { include: ['packages/*/src/**'] },
  },
})
