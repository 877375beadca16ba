import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PART_MS, recordsIn, WalkThrough } from './walk-through.ts'

const AGENTS = ['web01', 'web02', 'cms'] as const

/** Ports of the document, which another process may have. */
const PORTS = [10128, 10129, 10130, 6767, 6768, 6769, 22222, 22223, 22224].map(String)

const walk = new WalkThrough('Try tasks over SSH')

function fileOf(...path: string[]): string {
  return join(walk.folder, ...path)
}

function hostLine(agent: string, port: string): string {
  const [type, key] = readFileSync(fileOf(agent, 'host/id_ed25519.pub'), 'utf8').split(' ')
  return `[127.0.0.1]:${walk.port(port)} ${type} ${key}\n`
}

beforeAll(() => walk.open(PORTS, /^commands over ssh:$/m), PART_MS)

afterAll(() => walk.close())

describe('a console and three agents with SSH, as built programs', () => {
  test('a tool that is denied on one system is sent to none, and no host is asked for its key', () => {
    const [denied] = walk.steps
    expect(denied).toMatchObject({ exit: 1, because: 'not on web02' })
    if (denied !== undefined) walk.carryOut(denied)
    expect(AGENTS.flatMap((agent) => walk.recorded(agent))).toEqual([])
    expect(existsSync(fileOf('known_hosts'))).toBe(false)
  })

  test(
    'every other command of the document ends as that says, and each side records what it decided',
    () => {
      expect(walk.residents).toHaveLength(AGENTS.length)
      expect(walk.steps.filter(({ exit }) => exit !== 0).length).toBeGreaterThan(6)
      for (const step of walk.steps.slice(1)) walk.carryOut(step)
      const done = ['allow key-listed', 'allow key-listed date']
      expect(walk.codesOf('web01')).toEqual([
        ...done,
        'allow key-listed',
        'deny level-too-low restart',
        // After the run that was stopped, of which nothing got here.
        ...done,
      ])
      expect(walk.codesOf('web02')).toEqual([...done, ...done, 'deny from-mismatch'])
      expect(walk.codesOf('cms')).toEqual(['allow key-listed', 'allow key-listed roll call'])
      const runs = recordsIn(fileOf('task.jsonl')).filter(({ event }) => event === 'task.run')
      const told = runs.map(
        ({ operation, codes: [code], target }) => `${operation} ${target}: ${code}`,
      )
      expect(told.toSorted()).toEqual([
        'date web01: done',
        'date web01: done',
        'date web01: host-key-refused',
        'date web02: done',
        'date web02: done',
        'date web02: login-refused',
        'roll call cms: done',
      ])
    },
    PART_MS,
  )

  test('known_hosts ends with the keys of the agents, each under its own name', () => {
    const lines = readFileSync(fileOf('known_hosts'), 'utf8').split(/(?<=\n)/)
    const expected = [
      hostLine('web01', '22222'),
      hostLine('web02', '22223'),
      hostLine('cms', '22224'),
    ]
    expect(lines.toSorted()).toEqual(expected.toSorted())
    expect(readFileSync(fileOf('wrong.txt'), 'utf8')).toBe(hostLine('web02', '22222'))
  })
})
