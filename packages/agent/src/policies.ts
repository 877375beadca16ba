import * as bmc from '@gatehouse/bmc-authorization'
import { isNoPolicy, ParseError, renderParseError, type PolicyHolder } from '@gatehouse/core'
import { PolicyFile, type LoadResult } from '@gatehouse/core/files'
import * as hawk from '@gatehouse/hawk-trusted'
import type { AgentConfig } from './config.ts'
import type { Log } from './log.ts'

/** What came of loading both policy files. */
export interface ReloadResult {
  /** Authorization.cfg. */
  readonly authorization: LoadResult
  /** Trusted.txt. */
  readonly trusted: LoadResult
}

/** The policies that an agent decides by. */
export interface Policies {
  readonly authorization: PolicyHolder<bmc.Policy>
  readonly trusted: PolicyHolder<hawk.Policy>
  /** Reads both files; each is replaced whole or stays as it is. */
  reload(): Promise<ReloadResult>
}

/** Loads both policy files for the first time. A file that gives no policy leaves one that denies. */
export async function openPolicies(config: AgentConfig, log: Log): Promise<Policies> {
  const { authorizationFile, trustedFile, insecure } = config
  const authorization = new PolicyFile<bmc.Policy>({ ...authorizationFile, parse: bmc.parse })
  const trusted = new PolicyFile<hawk.Policy>({ ...trustedFile, parse: hawk.parse })
  let last: Promise<unknown> = Promise.resolve()
  const policies: Policies = {
    authorization: insecure.includes('vendor-default-authorization')
      ? withVendorDefault(authorization)
      : authorization,
    trusted,
    reload: () => {
      const next = last.then(async () => ({
        authorization: await load(authorization, authorizationFile.label, log),
        trusted: await load(trusted, trustedFile.label, log),
      }))
      last = next
      return next
    },
  }
  await policies.reload()
  return policies
}

/** Stands in for a missing file, and only for that: a file with errors still denies everything. */
function withVendorDefault(file: PolicyHolder<bmc.Policy>): PolicyHolder<bmc.Policy> {
  const vendorDefault = bmc.vendorDefaultPolicy(bmc.insecureVendorDefault)
  return {
    get current() {
      const { current } = file
      const missing = isNoPolicy(current) && current.noPolicy === 'policy-missing'
      return missing ? vendorDefault : current
    },
  }
}

async function load<Policy extends object>(
  file: PolicyFile<Policy>,
  label: string,
  log: Log,
): Promise<LoadResult> {
  const result = await file.load()
  if (result.loaded) {
    log.info('policy loaded', { event: 'policy-loaded', file: label })
  } else {
    const { code, kept, cause } = result
    const fields = { event: 'policy-refused', file: label, code, kept, detail: detail(cause) }
    log.error(kept ? 'policy refused, the last good one stays' : 'no policy', fields)
  }
  return result
}

function detail(cause: unknown): string {
  if (cause instanceof ParseError) return renderParseError(cause)
  return cause instanceof Error ? cause.message : ''
}
