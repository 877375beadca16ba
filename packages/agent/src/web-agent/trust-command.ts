import {
  addTrusted,
  formatGeneralName,
  insecureTrustAll,
  parseCertificateFile,
  removeTrusted,
  trustList,
  type TrustedCertificate,
} from '@gatehouse/certificate-trust'
import { ConfigError, escapeControls, MAX_POLICY_BYTES } from '@gatehouse/core'
import { readBounded } from '@gatehouse/core/files'
import type { AgentConfig } from '../config/model.ts'
import type { WebAgentSettings } from './parts.ts'
import { SettingsFile } from './settings.ts'
import { isModeName, modeName, modeOf } from './settings-text.ts'

/** What is to be done with the trust settings of an agent. */
export type TrustChange =
  | { readonly change: 'none' }
  /** Sets the trust mode, and the names with the mode `name`. */
  | { readonly change: 'mode'; readonly mode: string; readonly names: readonly string[] }
  /** Trusts a console by the certificate in a file, which has to be the one of that SHA-256. */
  | { readonly change: 'import'; readonly file: string; readonly sha256: string }
  | { readonly change: 'remove'; readonly sha256: string }

/**
 * Changes the trust settings in their file. An agent that runs goes by them after SIGHUP.
 *
 * @returns The settings as they are then, as lines for people.
 * @throws ConfigError when there is no web agent, or the file or the change cannot be used.
 */
export async function changeTrust(config: AgentConfig, change: TrustChange): Promise<string[]> {
  if (config.webAgent === undefined) throw new ConfigError('the config has no `webAgent`')
  const file = new SettingsFile(config.webAgent, config)
  const loaded = await file.load()
  if (!loaded.loaded && loaded.code !== 'policy-missing') {
    const { label } = config.webAgent.settingsFile
    const why = loaded.cause instanceof Error ? `: ${loaded.cause.message}` : ''
    throw new ConfigError(`\`${label}\` cannot be used${why}`, { cause: loaded.cause })
  }
  if (change.change !== 'none') {
    const settings = await changed(file.current(), change)
    await file.change(() => settings)
  }
  return describeSettings(file.current())
}

async function changed(
  settings: WebAgentSettings,
  change: Exclude<TrustChange, { readonly change: 'none' }>,
): Promise<WebAgentSettings> {
  const { list = trustList() } = settings
  switch (change.change) {
    case 'mode': {
      const { mode, names } = change
      if (!isModeName(mode)) {
        throw new ConfigError(`\`${mode}\` is none of \`none\`, \`certificate\`, \`name\`, \`all\``)
      }
      return { ...settings, mode: modeOf(mode), ...(mode === 'name' && { names }) }
    }
    case 'import':
      return { ...settings, list: addTrusted(list, await readConsole(change)) }
    case 'remove': {
      const rest = removeTrusted(list, change.sha256)
      if (rest !== list) return { ...settings, list: rest }
      throw new ConfigError('no trusted certificate has this fingerprint')
    }
  }
}

async function readConsole({
  file,
  sha256,
}: Extract<TrustChange, { readonly change: 'import' }>): Promise<TrustedCertificate> {
  const read = await readBounded(file, MAX_POLICY_BYTES)
  if ('failure' in read) throw new ConfigError(`the file \`${file}\` is ${read.failure}`)
  const certificates = parseCertificateFile(read.bytes, { file })
  const certificate = certificates.find((one) => one.sha256 === sha256)
  if (certificate !== undefined) return { certificate, role: 'console' }
  throw new ConfigError(`no certificate in \`${file}\` has the fingerprint that was given`)
}

function describeSettings({ mode, names = [], list }: WebAgentSettings): string[] {
  const entries = list?.entries ?? []
  return [
    `trust mode ${modeName(mode)}${mode === insecureTrustAll ? ': EVERY CONSOLE IS TRUSTED' : ''}`,
    ...names.map((name) => `name ${name}`),
    ...entries.map(({ certificate, role, note }) => {
      const hosts = certificate.extensions.subjectAltName?.value ?? []
      const named = [...hosts.map(formatGeneralName), ...(note === undefined ? [] : [note])]
      return `${role} ${certificate.sha256} ${named.join(', ')}`.trimEnd()
    }),
  ].map(escapeControls)
}
