import { statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { readText } from './read.ts'

/** Time between two looks, in milliseconds. */
const LOOK_MS = 10_000

/** Most file systems that are shown. */
const MAX_FILE_SYSTEMS = 64

/**
 * Kinds that are looked at: those that are on this machine. To ask one that is behind a network may take
 * for ever, and what waits for it would keep the agent from reading any file.
 */
const LOCAL_KINDS: ReadonlySet<string> = new Set([
  'bcachefs',
  'btrfs',
  'exfat',
  'ext2',
  'ext3',
  'ext4',
  'f2fs',
  'jfs',
  'ntfs3',
  'overlay',
  'reiserfs',
  'tmpfs',
  'ufs',
  'vfat',
  'xfs',
  'zfs',
])

/** A mounted file system. */
export interface FileSystem {
  /** Where it is mounted. */
  readonly path: string
  /** Whether it is in memory. */
  readonly isMemory: boolean
  readonly blockBytes: number
  readonly blocks: number
  readonly freeBlocks: number
}

/** The file systems of this machine, as they were at the last look. */
export class FileSystems {
  readonly #mounts: string
  #current: readonly FileSystem[] = []
  #timer: NodeJS.Timeout | undefined
  #looking: Promise<void> | undefined

  constructor(proc = '/proc') {
    this.#mounts = join(proc, 'mounts')
  }

  get current(): readonly FileSystem[] {
    return this.#current
  }

  /** Looks once, and from then on until {@link stop}. */
  async start(): Promise<void> {
    await this.look()
    this.#timer = setInterval(() => void this.look(), LOOK_MS).unref()
  }

  /** Looks once; while a look is under way, there is no second. */
  look(): Promise<void> {
    this.#looking ??= this.#read().finally(() => {
      this.#looking = undefined
    })
    return this.#looking
  }

  /** Looks no more. */
  stop(): void {
    clearInterval(this.#timer)
  }

  async #read(): Promise<void> {
    const mounts = new Map(localMounts(readText(this.#mounts) ?? ''))
    const found: FileSystem[] = []
    for (const [path, kind] of [...mounts].slice(0, MAX_FILE_SYSTEMS)) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other leaves the threads to others
      const one = await readFileSystem(path, kind)
      if (one !== undefined) found.push(one)
    }
    this.#current = found
  }
}

function localMounts(mounts: string): readonly [string, string][] {
  return mounts.split('\n').flatMap((line): [string, string][] => {
    const [, path, kind] = line.split(' ')
    if (path === undefined || kind === undefined || !LOCAL_KINDS.has(kind)) return []
    return [[unescaped(path), kind]]
  })
}

/** Blanks and backslashes stand in octal. */
function unescaped(path: string): string {
  const bytes = path.replaceAll(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCodePoint(Number.parseInt(octal, 8)),
  )
  return Buffer.from(bytes, 'latin1').toString('utf8')
}

async function readFileSystem(path: string, kind: string): Promise<FileSystem | undefined> {
  try {
    const { bsize, blocks, bfree } = await statfs(path)
    if (blocks === 0) return undefined
    const isMemory = kind === 'tmpfs'
    return { path, isMemory, blockBytes: bsize, blocks, freeBlocks: bfree }
  } catch {
    return undefined
  }
}
