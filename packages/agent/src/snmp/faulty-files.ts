import type { LoadResult } from '@gatehouse/core/files'
import type { AgentConfig, PolicyPath } from '../config/model.ts'
import { domainFileOf, tablesLabel, type ReloadResult } from '../policies.ts'

/** The policy files, as the config wrote them, that could not be used when they were read. */
export function faultyFiles(config: AgentConfig, result: ReloadResult): readonly string[] {
  const { authorizationFile, trustedFile, tcpWrappers, usersFile, webAgent, ssh, snmp } = config
  const ofKeys = Object.entries(result.ssh ?? {}).map(([account, load]): Loaded => [
    ssh?.accounts[account]?.authorizedKeysFile,
    load,
  ])
  const loads: readonly Loaded[] = [
    [authorizationFile, result.authorization],
    [trustedFile, result.trusted],
    [domainFileOf(config), result.trustedWithDomain],
    [tcpWrappers && { label: tablesLabel(tcpWrappers) }, result.tcpWrappers],
    [usersFile, result.users],
    [webAgent?.settingsFile, result.webAgent?.settings],
    ...ofKeys,
    [snmp?.policyFile, result.snmp],
    [snmp?.usersFile, result.snmpUsers],
  ]
  return loads.flatMap(([file, load]) =>
    file === undefined || load === undefined || load.loaded ? [] : [file.label],
  )
}

/** A file, and what came of reading it. */
type Loaded = readonly [Pick<PolicyPath, 'label'> | undefined, LoadResult | undefined]
