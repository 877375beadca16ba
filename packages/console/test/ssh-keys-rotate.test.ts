import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { formatKeyLine } from '@gatehouse/ssh-trust'
import { describe, expect, test } from 'vitest'
import { withKeys } from '../src/ssh-keys/key-folder.ts'
import { reachBySsh } from '../src/ssh-keys/reach.ts'
import {
  resumeRotation,
  startRotation,
  type Rotated,
  type RotationStep,
} from '../src/ssh-keys/rotate.ts'
import { systemsFile } from '../src/systems.ts'
import { hasSsh } from '../src/tasks/plan.ts'
import {
  ACCOUNT,
  createKeysWorld,
  startSystem,
  type Answer,
  type FakeSystem,
  type KeysWorld,
} from './ssh-keys-world.ts'

const OPTIONS = 'restrict,pty'

/** A system whose account holds the console's key with options, and a key of somebody else. */
async function createWorld(): Promise<{ world: KeysWorld; system: FakeSystem; old: string }> {
  const system = await startSystem('web01')
  const world = await createKeysWorld(system)
  const old = await place(world, system)
  return { world, system, old }
}

/** Line of the console's key before a rotation. */
async function place(world: KeysWorld, system: FakeSystem): Promise<string> {
  const old = await world.line()
  await system.write(`# first\n${OPTIONS} ${old}\n${world.ownLine}\n`)
  return old
}

const START = ['keys', 'rotate', '--on', 'web01', '--account', ACCOUNT]

function standing({
  rotation,
}: Answer): readonly (readonly [string, string, string | undefined])[] | undefined {
  return rotation?.results.map(({ system, holds, failure }) => [system, holds, failure?.code])
}

/** The file of an account after a rotation. */
async function rotated(world: KeysWorld): Promise<string> {
  return `# first\n${world.ownLine}\n${OPTIONS} ${await world.line()}\n`
}

async function expectDone(world: KeysWorld, system: FakeSystem, old: string): Promise<void> {
  expect(await system.keys()).toBe(await rotated(world))
  expect(await world.line()).not.toBe(old)
  expect(existsSync(join(world.folder, 'keys/id_ed25519.previous'))).toBe(false)
  expect(existsSync(join(world.folder, 'keys/id_ed25519.next'))).toBe(false)
  const published = await readFile(join(world.folder, 'keys/id_ed25519.pub'), 'utf8')
  expect(published).toBe(`${await world.line()}\n`)
  expect(await readdir(join(system.home, '.ssh'))).toEqual(['authorized_keys'])
  expect((await world.ask('keys', 'pending')).exit).toBe(0)
}

describe('keys rotate', () => {
  test('brings a new key with the options of the old one, and takes that out by the new one', async () => {
    const { world, system, old } = await createWorld()
    const { exit, answer } = await world.ask(...START)
    expect([exit, answer.rotation?.state, standing(answer)]).toEqual([
      0,
      'done',
      [['web01', 'new', undefined]],
    ])
    const { from = '', to = '' } = answer.rotation ?? {}
    expect(system.logins).toEqual([from, to, to])
    await expectDone(world, system, old)
  })

  test('leaves a system that is down with the old key, and comes back to it', async () => {
    const up = await startSystem('web01')
    const down = await startSystem('web02', { behaviour: { isDown: true } })
    const world = await createKeysWorld(up, down)
    await place(world, up)
    const old = await place(world, down)
    const first = await world.ask('keys', 'rotate', '--on', 'all', '--account', ACCOUNT)
    const expected = [
      ['web01', 'new', undefined],
      ['web02', 'old', 'connection-failed'],
    ]
    expect([first.exit, first.answer.rotation?.inUse, standing(first.answer)]).toEqual([
      1,
      'new',
      expected,
    ])
    expect(await up.keys()).toBe(await rotated(world))
    expect(await down.keys()).toContain(old)
    expect(existsSync(join(world.folder, 'keys/id_ed25519.previous'))).toBe(true)
    const again = await world.ask('keys', 'rotate', '--on', 'web01', '--account', 'another')
    expect([again.exit, again.answer.error?.reason]).toEqual([2, 'rotation-pending'])
    expect((await world.ask('keys', 'show')).answer.holders).toHaveLength(2)
    const pending = await world.ask('keys', 'pending')
    expect([pending.exit, pending.answer.rotation?.state]).toEqual([1, 'pending'])
    down.behaviour.isDown = false
    const resumed = await world.ask('keys', 'rotate', '--resume')
    expect([resumed.exit, resumed.answer.rotation?.state]).toEqual([0, 'done'])
    await expectDone(world, down, old)
  })

  test('keeps the old key in use and in place where the login with the new one fails', async () => {
    const { world, system, old } = await createWorld()
    const { answer: shown } = await world.ask('keys', 'show')
    system.behaviour.letsIn = (fingerprint) => fingerprint === shown.key?.fingerprint
    const { exit, answer } = await world.ask(...START)
    expect([exit, answer.rotation?.inUse, standing(answer)]).toEqual([
      1,
      'old',
      [['web01', 'old', 'new-key-refused']],
    ])
    expect(await system.keys()).toContain(`${OPTIONS} ${old}\n`)
    expect(await world.line()).toBe(old)
    const configured = await world.configure()
    expect([configured.exit, configured.answer.error?.reason]).toEqual([2, 'rotation-pending'])
    delete system.behaviour.letsIn
    expect((await world.ask('keys', 'rotate', '--resume')).exit).toBe(0)
    await expectDone(world, system, old)
  })

  test('goes on where the new key is in the account already, by whatever hand', async () => {
    const { world, system, old } = await createWorld()
    system.behaviour.isDown = true
    expect((await world.ask(...START)).exit).toBe(1)
    const next = await readFile(join(world.folder, 'keys/id_ed25519.next.pub'), 'utf8')
    await system.write(`# first\n${world.ownLine}\n${OPTIONS} ${next}`)
    system.behaviour.isDown = false
    expect((await world.ask('keys', 'rotate', '--resume')).exit).toBe(0)
    await expectDone(world, system, old)
  })

  test('tells that a forced command lets nothing be edited, and which lines it cannot follow', async () => {
    const { world, system, old } = await createWorld()
    system.behaviour.forced = 'echo menu'
    expect(standing((await world.ask(...START)).answer)).toEqual([
      ['web01', 'old', 'commands-not-run'],
    ])
    delete system.behaviour.forced
    await system.write(`${old}\nrestrict ${old}\n`)
    const resumed = await world.ask('keys', 'rotate', '--resume')
    expect(standing(resumed.answer)).toEqual([['web01', 'old', 'old-line-ambiguous']])
  })

  test('tells which system, line or key is gone', async () => {
    const { world, system, old } = await createWorld()
    system.behaviour.isDown = true
    expect((await world.ask(...START)).exit).toBe(1)
    const resume = async (): Promise<unknown> => {
      const { exit, answer } = await world.ask('keys', 'rotate', '--resume')
      return [exit, standing(answer) ?? answer.error?.reason]
    }
    const systems = await readFile(world.systemsFile, 'utf8')
    await writeFile(world.systemsFile, systems.replaceAll('web01', 'web02'))
    expect(await resume()).toEqual([1, [['web01', 'old', 'system-unknown']]])
    await writeFile(world.systemsFile, systems)
    system.behaviour.isDown = false
    system.behaviour.elsewhere = old
    await system.write(`${world.ownLine}\n`)
    expect(await resume()).toEqual([1, [['web01', 'old', 'old-line-missing']]])
    expect(await system.keys()).toBe(`${world.ownLine}\n`)
    await rm(join(world.folder, 'keys/id_ed25519.next'))
    expect(await resume()).toEqual([2, 'key-missing'])
  })

  test('gives a system up when it is told to, and then ends', async () => {
    const { world, system, old } = await createWorld()
    system.behaviour.isDown = true
    expect((await world.ask(...START)).exit).toBe(1)
    const { exit, answer } = await world.ask('keys', 'rotate', '--resume', '--forget', 'web01')
    expect([exit, answer.rotation?.state, answer.rotation?.results]).toEqual([0, 'done', []])
    expect(await system.keys()).toContain(old)
    expect((await world.ask('keys', 'show')).answer.holders).toEqual([])
  })

  test('does not begin where it is not known who holds the key, nor resume nothing', async () => {
    const { world, old } = await createWorld()
    const unknown = await world.ask('keys', 'rotate', '--on', 'web01')
    expect([unknown.exit, unknown.answer.error?.reason]).toEqual([2, 'no-account-known'])
    const nothing = await world.ask('keys', 'rotate', '--resume')
    expect([nothing.exit, nothing.answer.error?.reason]).toEqual([2, 'no-rotation'])
    const again = await world.ask('keys', 'create')
    expect([again.exit, again.answer.error?.code]).toEqual([2, 'ERR_CONFIG'])
    expect(await world.line()).toBe(old)
    const none = await world.ask('keys', 'show', '--keys', join(world.folder, 'none'))
    expect([none.exit, none.answer.error?.reason]).toEqual([2, 'no-key'])
  })
})

/** Begins a rotation that ends right after a step, or resumes one. */
async function rotateUntil(world: KeysWorld, last?: RotationStep['step']): Promise<Rotated> {
  const systems = (await systemsFile(world.systemsFile).list()).filter(hasSsh)
  return await withKeys(join(world.folder, 'keys'), async (folder) => {
    const run = {
      reach: reachBySsh(),
      systems,
      onStep: ({ step }: RotationStep) => {
        if (step === last) throw new Error('stopped')
      },
    }
    const holders = [{ system: 'web01', account: ACCOUNT }]
    if (folder.state.rotation !== undefined) return await resumeRotation(folder, run)
    await folder.record((state) => ({ ...state, holders }))
    return await startRotation(folder, { ...run, at: new Date() })
  })
}

/** Whether the console has a key that the account lets in, whatever is to come. */
async function isLetIn(world: KeysWorld, system: FakeSystem): Promise<boolean> {
  const text = (await system.keys()) ?? ''
  return await withKeys(join(world.folder, 'keys'), async (folder) => {
    const pairs = await Promise.all(
      (['current', 'next', 'previous'] as const).map((role) => folder.pair(role)),
    )
    return pairs.some((pair) => pair !== undefined && text.includes(formatKeyLine(pair.publicKey)))
  })
}

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url))

describe('a rotation that is ended', () => {
  test('after any of its steps goes on from there, and is never locked out', async () => {
    const { world, system, old } = await createWorld()
    for (const step of ['made', 'begun', 'proved', 'switched', 'taken-out', 'dropped'] as const) {
      // oxlint-disable no-await-in-loop -- each goes on where the last one ended
      await expect(rotateUntil(world, step)).rejects.toThrow('stopped')
      expect([step, await isLetIn(world, system)]).toEqual([step, true])
      // oxlint-enable no-await-in-loop
    }
    expect((await rotateUntil(world)).state).toBe('done')
    await expectDone(world, system, old)
  })

  test('by a kill while the old key is taken out goes on from there', async () => {
    const { world, system, old } = await createWorld()
    const child = spawn(process.execPath, [MAIN, ...START], {
      env: { ...process.env, ...world.env },
      stdio: 'ignore',
    })
    const ended = once(child, 'exit')
    system.behaviour.beforeCommand = async (number) => {
      // Each key takes one to read and one to replace.
      if (number !== 4) return
      child.kill('SIGKILL')
      await ended
    }
    expect(await ended).toEqual([null, 'SIGKILL'])
    expect(await isLetIn(world, system)).toBe(true)
    expect((await world.ask('keys', 'rotate', '--resume')).exit).toBe(0)
    await expectDone(world, system, old)
  })
})
