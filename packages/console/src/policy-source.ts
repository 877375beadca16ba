import { ConfigError, MAX_POLICY_BYTES } from '@gatehouse/core'
import { readBounded } from '@gatehouse/core/files'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { FileKind } from './kinds/file-kind.ts'
import {
  FILE_KINDS,
  kindNamed,
  kindsSureOf,
  namesOf,
  recogniseKind,
  type Recognised,
} from './kinds/kinds.ts'
import { headOf, type PolicyText, type PolicyTexts } from './kinds/policy-texts.ts'

/** A policy as its files were read, before they are parsed. */
export interface PolicySource {
  /** What it is called on the command line. */
  readonly label: string
  readonly kind: FileKind
  readonly texts: PolicyTexts
}

/** Names in a folder that are looked at: those of policies, and what may hold a list of toolboxes. */
const IN_FOLDER =
  /^(?:trusted(?:withdomain)?\.txt|authorization\.cfg|hosts\.(?:allow|deny)|.*\.(?:xml|txt)|auth-list)$/i

/** Most files of a folder that are looked at. */
const MAX_FILES_IN_FOLDER = 256

/**
 * Reads the policies that a command line names: files; folders that hold the files of one policy;
 * or `ROLE=PATH,ROLE=PATH…`. Files of a kind whose policies have several are taken together.
 *
 * @param kind - Name of the kind; default: recognised.
 * @throws ConfigError for what cannot be read, is not recognised, or is no whole policy.
 */
export async function readPolicies(
  names: readonly string[],
  kind: string | undefined,
): Promise<PolicySource[]> {
  const wanted = kind === undefined ? undefined : kindNamed(kind)
  const sources: (PolicySource | Gathered)[] = []
  for (const name of names) {
    // oxlint-disable-next-line no-await-in-loop -- one file after the other, in the given order
    const read = await readName(name, wanted)
    if ('texts' in read) sources.push(read)
    else gather(sources, read)
  }
  return sources.map((source) => ('parts' in source ? sourceOf(source) : source))
}

/** Reads the one policy that an argument names, as {@link readPolicies} does. */
export async function readPolicy(name: string, kind: string | undefined): Promise<PolicySource> {
  const [source] = await readPolicies([name], kind)
  return source as PolicySource
}

/** The bytes of a file. @throws ConfigError when it cannot be read or is larger than a policy may be. */
export async function readWhole(file: string): Promise<Uint8Array> {
  if (await isNoFile(file)) {
    throw new ConfigError(`file \`${file}\` is no regular file`, { source: { file } })
  }
  const read = await readBounded(file, MAX_POLICY_BYTES)
  if ('bytes' in read) return read.bytes
  throw new ConfigError(`file \`${file}\` is ${read.failure}`, { ...read, source: { file } })
}

/** One file and what it was recognised as. */
interface Part extends Recognised, PolicyText {}

/** Files of one kind that were named one by one. */
interface Gathered {
  readonly kind: FileKind
  readonly parts: Part[]
}

function gather(sources: (PolicySource | Gathered)[], part: Part): void {
  const earlier = sources.find(
    (source): source is Gathered =>
      'parts' in source && source.kind === part.kind && part.kind.roles.length > 1,
  )
  if (earlier === undefined) sources.push({ kind: part.kind, parts: [part] })
  else earlier.parts.push(part)
}

async function readName(name: string, wanted: FileKind | undefined): Promise<PolicySource | Part> {
  const roles = rolesIn(name, wanted)
  if (roles !== undefined) return readRoles(name, roles)
  if (await isFolder(name)) return readFolder(name, wanted)
  const bytes = await readWhole(name)
  if (wanted === undefined) return { ...recogniseKind(name, bytes), file: name, bytes }
  const role = wanted.recognise(headOf(name, bytes))?.role ?? soleRoleOf(wanted)
  return { kind: wanted, role, file: name, bytes }
}

function soleRoleOf({ roles }: FileKind): string | undefined {
  return roles.length === 1 ? roles[0]?.name : undefined
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (status) => status.isDirectory(),
    () => false,
  )
}

/** Whether there is something that is no regular file: opening a pipe would wait for a writer. */
async function isNoFile(path: string): Promise<boolean> {
  return stat(path).then(
    (status) => !status.isFile(),
    () => false,
  )
}

/** Paths by role. */
interface NamedRoles {
  readonly kind: FileKind
  readonly paths: readonly (readonly [role: string, path: string])[]
}

/** `ROLE=PATH,ROLE=PATH…`: a comma divides only where a role follows. */
function rolesIn(name: string, wanted: FileKind | undefined): NamedRoles | undefined {
  const kinds = (wanted === undefined ? FILE_KINDS : [wanted]).filter(
    ({ roles }) => roles.length > 1,
  )
  for (const kind of kinds) {
    const roles = kind.roles.map((role) => role.name).join('|')
    if (!new RegExp(`^(?:${roles})=`).test(name)) continue
    const parts = name.split(new RegExp(`,(?=(?:${roles})=)`))
    const paths = parts.map((part) => {
      const at = part.indexOf('=')
      return [part.slice(0, at), part.slice(at + 1)] as const
    })
    return { kind, paths }
  }
  return undefined
}

async function readRoles(label: string, { kind, paths }: NamedRoles): Promise<PolicySource> {
  const parts = paths.map(async ([role, file]): Promise<Part> => {
    return { kind, role, file, bytes: await readWhole(file) }
  })
  return sourceOf({ kind, parts: await Promise.all(parts) }, label)
}

async function readFolder(folder: string, wanted: FileKind | undefined): Promise<PolicySource> {
  const parts = await partsIn(folder)
  const found = [...new Set(parts.map(({ kind }) => kind))]
  const [kind, ...others] = wanted === undefined ? found : [wanted]
  const own = parts.filter((part) => part.kind === kind)
  if (kind === undefined || own.length === 0) {
    const known = namesOf(wanted === undefined ? FILE_KINDS : [wanted])
    throw new ConfigError(`folder \`${folder}\` holds no file of a known name or form: ${known}`)
  }
  if (others.length > 0) {
    const names = namesOf([kind, ...others])
    throw new ConfigError(
      `folder \`${folder}\` holds several kinds, name one by \`--kind\`: ${names}`,
    )
  }
  const parted = new Set(own.map(({ role }) => role))
  const absent = kind.roles.flatMap(({ name, fileName }): Part[] => {
    if (fileName === undefined || parted.has(name)) return []
    return [{ kind, role: name, file: join(folder, fileName), bytes: null }]
  })
  return sourceOf({ kind, parts: [...own, ...absent] }, folder)
}

async function partsIn(folder: string): Promise<Part[]> {
  const names = (await namesIn(folder)).filter((name) => IN_FOLDER.test(name)).toSorted()
  if (names.length > MAX_FILES_IN_FOLDER) {
    const most = `more than ${MAX_FILES_IN_FOLDER} files that could belong to a policy`
    throw new ConfigError(`folder \`${folder}\` holds ${most}: name them one by one`)
  }
  const parts: Part[] = []
  for (const name of names) {
    const file = join(folder, name)
    // oxlint-disable-next-line no-await-in-loop -- one file after the other
    if (await isNoFile(file)) continue
    // oxlint-disable-next-line no-await-in-loop -- and no more than one in memory that is not needed
    const bytes = await readWhole(file)
    parts.push(...kindsSureOf(file, bytes).map((recognised) => ({ ...recognised, file, bytes })))
  }
  return parts
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (cause) {
    throw new ConfigError(`folder \`${folder}\` is unreadable`, { cause, source: { file: folder } })
  }
}

/** Makes a policy of its files. @throws ConfigError when one is there twice, or missing. */
function sourceOf({ kind, parts }: Gathered, label?: string): PolicySource {
  const texts = new Map<string, PolicyText>()
  for (const { role, file, bytes } of parts) {
    if (role === undefined) {
      const what = `does not tell which file of a ${kind.name} policy it is`
      throw new ConfigError(`\`${file}\` ${what}: ${howTo(kind)}`)
    }
    const other = texts.get(role)
    if (other !== undefined) {
      throw new ConfigError(
        `\`${other.file}\` and \`${file}\` are both the ${role} of one ${kind.name} policy`,
      )
    }
    texts.set(role, { file, bytes })
  }
  const missing = kind.roles.filter(({ name, required }) => required && !texts.has(name))
  if (missing.length > 0) {
    const titles = missing.map(({ title }) => title).join(', ')
    throw new ConfigError(`a ${kind.name} policy needs ${titles} as well: ${howTo(kind)}`)
  }
  return { label: label ?? parts.map(({ file }) => file).join(', '), kind, texts }
}

function howTo({ roles }: FileKind): string {
  const named = roles.map(({ name }) => `${name}=PATH`).join(',')
  return `name the folder that holds all files, or ${named}`
}
