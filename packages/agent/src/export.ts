import { createHash } from 'node:crypto'
import { constants, createReadStream } from 'node:fs'
import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure } from './failure.ts'
import type { SampleFiles } from './samples.ts'

/** Name of the manifest, in the form that `sha256sum --check` reads. */
const MANIFEST = 'MANIFEST.sha256'

/** One exported file. */
export interface ExportedFile {
  readonly name: string
  /** Lower-case hexadecimal. */
  readonly sha256: string
}

/**
 * Copies all collected data into a folder, for `scp` or another secure transfer, and writes a manifest
 * last: a folder without one is not complete.
 *
 * @param to - Made if need be; has to be empty.
 * @throws Failure with `object-exists` when it is not.
 */
export async function exportSamples(samples: SampleFiles, to: string): Promise<ExportedFile[]> {
  await mkdir(to, { recursive: true, mode: 0o700 })
  if ((await readdir(to)).length > 0) {
    throw new Failure('object-exists', { message: 'the folder to export to is not empty' })
  }
  const exported: ExportedFile[] = []
  for (const name of await samples.files()) {
    const copy = join(to, name)
    // oxlint-disable-next-line no-await-in-loop -- opens one file at a time
    await copyFile(join(samples.folder, name), copy, constants.COPYFILE_EXCL)
    // oxlint-disable-next-line no-await-in-loop -- opens one file at a time
    exported.push({ name, sha256: await sha256Of(copy) })
  }
  const lines = exported.map(({ name, sha256 }) => `${sha256}  ${name}\n`)
  await writeFile(join(to, MANIFEST), lines.join(''), { flag: 'wx', mode: 0o600 })
  return exported
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer)
  return hash.digest('hex')
}
