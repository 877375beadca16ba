import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { formatOid } from '@gatehouse/snmp-access'
import type { ObjectInstance } from '@gatehouse/snmp-access/engine'
import { describe, expect, it, onTestFinished } from 'vitest'
import { FileSystems } from '../src/snmp/machine/file-systems.ts'
import { readInterfaces } from '../src/snmp/machine/interfaces.ts'
import { ProcessorLoad } from '../src/snmp/machine/load.ts'
import { readMemory } from '../src/snmp/machine/memory.ts'
import { readProcesses } from '../src/snmp/machine/processes.ts'
import {
  dateAndTime,
  hostDevices,
  hostPerformance,
  hostRunning,
  hostStorage,
  hostSystem,
} from '../src/snmp/mib/host-resources.ts'
import { interfacesGroup } from '../src/snmp/mib/interfaces.ts'
import { counter, gauge, integer, table, text, ticks } from '../src/snmp/mib/values.ts'

/** Files of a kernel in a folder of their own. */
async function kernel(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-kernel-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  await Promise.all(
    Object.entries(files).map(async ([name, content]) => {
      await mkdir(dirname(join(folder, name)), { recursive: true })
      await writeFile(join(folder, name), content)
    }),
  )
  return folder
}

/** Values by their names below an arc. */
function values(arc: string, instances: readonly ObjectInstance[]): Record<string, unknown> {
  return Object.fromEntries(
    instances.map(({ oid, value }) => {
      const name = formatOid(oid)
      expect(name.startsWith(`${arc}.`)).toBe(true)
      const shown = 'value' in value ? value.value : value.type
      return [name.slice(arc.length + 1), shown instanceof Uint8Array ? shownText(shown) : shown]
    }),
  )
}

function shownText(octets: Uint8Array): string {
  return Buffer.from(octets).toString('latin1')
}

const HEAD = 'Inter-| Receive | Transmit\n face |bytes packets |bytes packets\n'
const IF = formatOid([1, 3, 6, 1, 2, 1, 2])
const HR = formatOid([1, 3, 6, 1, 2, 1, 25])

describe('the interfaces group', () => {
  it('has the counters of the kernel, wrapped at 32 bits', async () => {
    const proc = await kernel({
      'net/dev': `${HEAD}    lo: 100 2 0 0 0 0 0 0 100 2 0 0 0 0 0 0\n  eth0:7730220121 40 3 4 0 0 0 5 4294967297 60 7 8 0 0 0 0\n`,
    })
    const sys = await kernel({
      'class/net/lo/ifindex': '1\n',
      'class/net/lo/type': '772\n',
      'class/net/lo/mtu': '65536\n',
      'class/net/lo/address': '00:00:00:00:00:00\n',
      'class/net/lo/flags': '0x9\n',
      'class/net/lo/operstate': 'unknown\n',
      'class/net/eth0/ifindex': '7\n',
      'class/net/eth0/type': '1\n',
      'class/net/eth0/mtu': '1500\n',
      'class/net/eth0/speed': '10000\n',
      'class/net/eth0/address': '02:fc:00:00:00:7a\n',
      'class/net/eth0/flags': '0x1002\n',
      'class/net/eth0/operstate': 'down\n',
    })
    const found = values(IF, interfacesGroup(readInterfaces(proc, sys)))
    expect(found).toMatchObject({
      '1.0': 2,
      '2.1.2.1': 'lo',
      '2.1.2.7': 'eth0',
      '2.1.3.1': 24,
      '2.1.3.7': 6,
      '2.1.4.1': 65_536,
      '2.1.5.1': 0,
      '2.1.5.7': 2 ** 32 - 1,
      '2.1.6.7': '\u0002ü\0\0\0z',
      '2.1.7.1': 1,
      '2.1.7.7': 2,
      '2.1.8.1': 1,
      '2.1.8.7': 2,
      '2.1.10.7': 7_730_220_121 - 2 ** 32,
      '2.1.11.7': 35,
      '2.1.12.7': 5,
      '2.1.13.7': 4,
      '2.1.14.7': 3,
      '2.1.16.7': 1,
      '2.1.17.7': 60,
      '2.1.19.7': 8,
      '2.1.20.7': 7,
    })
  })

  it('leaves out what is no device, and is empty where there is no kernel of that kind', async () => {
    const proc = await kernel({
      'net/dev': `${HEAD}  gone0: 1 1 0 0 0 0 0 0 1 1 0 0 0 0 0 0\nxx\n`,
    })
    expect(readInterfaces(proc, proc)).toEqual([])
    expect(values(IF, interfacesGroup(readInterfaces('/absent', '/absent')))).toEqual({ '1.0': 0 })
  })
})

describe('the host resources', () => {
  it('count memory, and file systems in units that fit 32 bits', async () => {
    const proc = await kernel({
      meminfo:
        'MemTotal: 8000 kB\nMemFree: 3000 kB\nCached: 1000 kB\nSwapTotal: 500 kB\nSwapFree: 400 kB\n',
    })
    const large = { isMemory: false, blockBytes: 4096, blocks: 2 ** 33, freeBlocks: 2 ** 32 }
    const found = values(
      `${HR}.2`,
      hostStorage(readMemory(proc), [
        { path: '/', ...large },
        { path: '/run', ...large, isMemory: true, blocks: 10, freeBlocks: 4 },
      ]),
    )
    expect(found).toMatchObject({
      '2.0': 8000,
      '3.1.2.1': [1, 3, 6, 1, 2, 1, 25, 2, 1, 2],
      '3.1.3.1': 'Physical memory',
      '3.1.4.1': 1024,
      '3.1.5.1': 8000,
      '3.1.6.1': 5000,
      '3.1.5.3': 8500,
      '3.1.6.3': 5100,
      '3.1.5.7': 1000,
      '3.1.6.10': 100,
      '3.1.2.31': [1, 3, 6, 1, 2, 1, 25, 2, 1, 4],
      '3.1.3.31': '/',
      '3.1.4.31': 4096 * 8,
      '3.1.5.31': 2 ** 30,
      '3.1.6.31': 2 ** 29,
      '3.1.2.32': [1, 3, 6, 1, 2, 1, 25, 2, 1, 8],
      '3.1.6.32': 6,
    })
  })

  it('list processes by name, and never their command lines', async () => {
    const rest = '0 0 0 0 0 0 0 0 0 0 150 50 0 0 20 0 1 0 99 4096000 25 0'
    const proc = await kernel({
      '1/stat': `1 (init) S 0 ${rest.slice(2)}\n`,
      '2/stat': `2 (kthreadd) I 0 ${rest.slice(2)}\n`,
      '40/stat': `40 (a) (b) R) R 1 ${rest.slice(2)}\n`,
      '41/stat': '41 torn\n',
      '40/cmdline': 'mysql\0-psecret\0',
      meminfo: '',
    })
    const processes = readProcesses(proc)
    expect(processes.count).toBe(4)
    const running = values(`${HR}.4`, hostRunning(processes))
    expect(running).toMatchObject({
      '2.1.2.1': 'init',
      '2.1.2.40': 'a) (b) R',
      '2.1.4.40': '',
      '2.1.5.40': '',
      '2.1.6.2': 2,
      '2.1.6.40': 4,
      '2.1.7.1': 2,
      '2.1.7.40': 1,
    })
    expect(running).not.toHaveProperty(['2.1.2.41'])
    expect(JSON.stringify(running)).not.toContain('secret')
    expect(values(`${HR}.5`, hostPerformance(processes))).toMatchObject({
      '1.1.1.40': 200,
      '1.1.2.40': 100,
    })
    expect(readProcesses('/absent')).toEqual({ count: 0, shown: [] })
  })

  it('look at no more than 512 processes', async () => {
    const pids = Array.from({ length: 600 }, (_, at) => at + 1)
    const files = pids.map((pid): [string, string] => [`${pid}/stat`, `${pid} (p) S 1 0 0`])
    const proc = await kernel(Object.fromEntries(files))
    const { count, shown } = readProcesses(proc)
    expect([count, shown.length]).toEqual([600, 512])
  })

  it('have the load of each processor over the last minute', () => {
    let busy = 0
    const load = new ProcessorLoad(() => {
      busy += 25
      return [
        { busy, all: busy * 4 },
        { busy: 0, all: 0 },
      ]
    })
    expect(load.percent).toEqual([0, 0])
    for (let look = 0; look < 20; look += 1) load.look()
    expect(load.percent).toEqual([25, 0])
    const found = values(`${HR}.3`, hostDevices(load.percent, 'A processor'))
    expect(found).toMatchObject({
      '2.1.3.196608': 'A processor',
      '3.1.2.196608': 25,
      '3.1.2.196609': 0,
    })
  })

  it('look at file systems of this machine, and at none behind a network', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gatehouse a mount '))
    onTestFinished(() => rm(folder, { recursive: true, force: true }))
    const escaped = folder.replaceAll(' ', String.raw`\040`)
    const proc = await kernel({
      mounts: `a / ext4 rw 0 0\nb ${escaped} tmpfs rw 0 0\nc ${tmpdir()} nfs4 rw 0 0\nd /absent ext4 rw 0 0\ne /proc proc rw 0 0\nx\n`,
    })
    const fileSystems = new FileSystems(proc)
    expect(fileSystems.current).toEqual([])
    await fileSystems.look()
    expect(fileSystems.current.map(({ path, isMemory }) => [path, isMemory])).toEqual([
      ['/', false],
      [folder, true],
    ])
  })

  it('have a date with its distance from UTC', () => {
    const date = new Date(2026, 10, 23, 13, 5, 9, 250)
    const octets = Buffer.from(dateAndTime(date))
    expect(octets).toHaveLength(11)
    expect(octets.readUInt16BE(0)).toBe(2026)
    expect([...octets.subarray(2, 8)]).toEqual([11, 23, 13, 5, 9, 2])
    const west =
      (octets.toString('latin1', 8, 9) === '-' ? 1 : -1) *
      ((octets[9] ?? 0) * 60 + (octets[10] ?? 0))
    expect(west + 0).toBe(date.getTimezoneOffset() + 0)
    expect(values(`${HR}.1`, hostSystem(12.345, date, 40))).toMatchObject({
      '1.0': 1234,
      '6.0': 40,
    })
  })
})

describe('a value', () => {
  it('that 32 bits do not hold wraps when it counts, and stops when it measures', () => {
    expect(counter(2 ** 32 + 5)).toEqual({ type: 'Counter32', value: 5 })
    expect(ticks(2 ** 32 / 100 + 1)).toEqual({ type: 'TimeTicks', value: 100 })
    expect(gauge(2 ** 32 + 5)).toEqual({ type: 'Gauge32', value: 2 ** 32 - 1 })
    expect(gauge(-1)).toEqual({ type: 'Gauge32', value: 0 })
    expect(integer(2 ** 31)).toEqual({ type: 'Integer32', value: 2 ** 31 - 1 })
    expect(text('äb', 2)).toMatchObject({ value: Uint8Array.from([0xc3, 0xa4]) })
  })

  it('stands in a table column after column, and by the number of its row', () => {
    const rows = [10, 9].map((index) => ({ index, columns: { 2: integer(index), 11: integer(0) } }))
    const names = table([1, 3], rows).map(({ oid }) => formatOid(oid))
    expect(names).toEqual(
      [
        [1, 3, 2, 9],
        [1, 3, 2, 10],
        [1, 3, 11, 9],
        [1, 3, 11, 10],
      ].map(formatOid),
    )
  })
})
