import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { NO_TRUST, trustList } from '@gatehouse/certificate-trust'
import { checkTrustFiles, describeFileFinding } from '@gatehouse/certificate-trust/files'
import { ConfigError, isNoPolicy, type PolicyHolder } from '@gatehouse/core'
import { PolicyFile, replaceFile, type LoadResult } from '@gatehouse/core/files'
import type { AgentConfig, WebAgentConfig } from '../config/model.ts'
import type { TrustStore, WebAgentSettings } from './parts.ts'
import {
  checkSettings,
  formatSettings,
  parseSettings,
  type SettingsOptions,
} from './settings-text.ts'

/** Everybody may read the file, as certificates are no secret; only its owner may change it. */
const MODE = 0o644

/** What holds while there is no file. */
const NOTHING: WebAgentSettings = Object.freeze({ ...NO_TRUST, names: [], list: trustList() })

/** The settings of one web agent in their file; a load that fails leaves the last good ones. */
export class SettingsFile implements TrustStore {
  readonly #path: string
  readonly #options: SettingsOptions
  readonly #file: PolicyFile<WebAgentSettings>
  readonly #listeners: ((settings: WebAgentSettings) => void)[] = []
  #turn: Promise<unknown> = Promise.resolve()

  /** Reads nothing yet: nobody is trusted. */
  constructor({ settingsFile }: WebAgentConfig, { insecure }: Pick<AgentConfig, 'insecure'>) {
    const { path, label } = settingsFile
    const options = { file: label, mayTrustAll: insecure.includes('trust-all-consoles') }
    this.#path = path
    this.#options = options
    this.#file = new PolicyFile({ path, label, parse: (bytes) => parseSettings(bytes, options) })
  }

  /** What the file says, or why there is nothing to go by. */
  get holder(): PolicyHolder<WebAgentSettings> {
    return this.#file
  }

  current(): WebAgentSettings {
    const { current } = this.#file
    return isNoPolicy(current) ? NOTHING : current
  }

  /** Reads the file again. One that others can change is not taken. */
  load(): Promise<LoadResult> {
    return this.#inTurn(() => this.#load())
  }

  change(edit: (settings: WebAgentSettings) => WebAgentSettings): Promise<void> {
    return this.#inTurn(async () => {
      const text = formatSettings(checkSettings(edit(this.current()), this.#options))
      await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 })
      await replaceFile(this.#path, text, { mode: MODE })
      const result = await this.#load()
      if (result.loaded) return
      const { cause } = result
      throw new ConfigError('the settings are written, and cannot be read again', { cause })
    })
  }

  onChange(listener: (settings: WebAgentSettings) => void): void {
    this.#listeners.push(listener)
  }

  async #load(): Promise<LoadResult> {
    const cause = await changeableByOthers(this.#path)
    if (cause !== undefined) {
      const kept = !isNoPolicy(this.#file.current)
      return { loaded: false, code: 'policy-unreadable', kept, cause }
    }
    const result = await this.#file.load()
    if (result.loaded) for (const listener of this.#listeners) listener(this.current())
    return result
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#turn.then(work)
    this.#turn = turn.catch(() => undefined)
    return turn
  }
}

async function changeableByOthers(file: string): Promise<ConfigError | undefined> {
  const found = await checkTrustFiles([file])
  const findings = found.filter(
    ({ code }) => code !== 'permissions-unknown' && code !== 'file-missing',
  )
  if (findings.length === 0) return undefined
  return new ConfigError(findings.map(describeFileFinding).join('; '), { source: { file } })
}
