import { describeTimeWarning } from '@gatehouse/certificate-trust'
import { describeStatement, escapeControls } from '@gatehouse/core'
import type { ErrorBody } from '@gatehouse/protocol'
import type { AuditState } from './audit/journal.ts'
import type { AgentConfig, TlsClientsConfig } from './config/model.ts'
import type { Reply } from './reply.ts'
import { tablesLabel } from './policies.ts'
import type { ListenAddress, ResidentAgent, RunningAgent } from './running-agent.ts'

/** The lines that tell an operator what has started, and what it leaves open. */
export function renderStart(config: AgentConfig, agent: RunningAgent | ResidentAgent): string {
  const { name, dns, domain, securityMode, insecure } = config
  const { policies, statement } = agent
  const lines = [
    `agent ${name}:${dns}:${domain}, security mode ${securityMode}`,
    'daemonAddress' in agent
      ? `service daemon on ${place(agent.daemonAddress)}, agent behind it on ${place(agent.agentAddress)}`
      : 'no listener',
    ...policies.map(({ file, inForce }) =>
      inForce ? `policy ${file} is in force` : `NO POLICY from ${file}: what it decides is denied`,
    ),
    ...renderSecurityPolicies(agent),
    ...renderTransport(config, agent),
    ...renderCallers(config),
    ...renderWebAgent(config, agent),
    ...renderSsh(config, agent),
    ...renderSnmp(config, agent),
    ...agent.timeWarnings.map((warning) => `TIME: ${describeTimeWarning(warning)}`),
    ...renderConnections(config),
    ...renderTools(config),
    renderAudit(agent.audit),
    `insecure: ${insecure.length === 0 ? 'nothing' : insecure.join(', ')}`,
    'actions:',
    ...describeStatement(statement.actions).map(indent),
    'invocations:',
    ...describeStatement(statement.invocations).map(indent),
    ...(statement.operations === undefined
      ? []
      : ['packed operations:', ...describeStatement(statement.operations).map(indent)]),
    ...(statement.tasks === undefined
      ? []
      : ['tasks:', ...describeStatement(statement.tasks).map(indent)]),
    ...renderCommands(agent),
    ...renderSnmpStatements(agent),
  ]
  return lines.map(escapeControls).join('\n')
}

function renderCommands(agent: RunningAgent | ResidentAgent): string[] {
  if (!('sshStatement' in agent) || agent.sshStatement === undefined) return []
  return ['commands over ssh:', ...describeStatement(agent.sshStatement).map(indent)]
}

function renderSecurityPolicies({
  securityPolicies,
  takesPlainInvocations,
}: ResidentAgent): string[] {
  if (securityPolicies.length === 0) return []
  const names = securityPolicies.map(({ className }) => className).join(', ')
  const plain = takesPlainInvocations ? 'taken too' : 'refused'
  return [`packed operations: decided by ${names}; invocations that nobody packed are ${plain}`]
}

function renderTransport(
  { securityMode, tls }: AgentConfig,
  agent: RunningAgent | ResidentAgent,
): string[] {
  if (securityMode === 'advanced') return []
  if (tls === undefined)
    return ['transport: PLAIN HTTP, whoever is on the way reads and changes it']
  const { certificateFile, clients } = tls
  const who =
    clients === undefined
      ? 'clients are not asked for certificates'
      : `client certificates are ${clients.required ? 'required' : 'optional'}, by ${clients.trustFile.label}`
  const redirect = 'redirectAddress' in agent ? agent.redirectAddress : undefined
  const sent = redirect === undefined ? '' : `; plain HTTP on ${place(redirect)} is sent there`
  return [
    `transport: HTTPS by ${certificateFile.label}; ${who}${sent}`,
    ...(clients === undefined ? [] : [renderRevocation(clients)]),
  ]
}

/** That users are claimed, the statements say. */
function renderCallers({ securityMode, callers, usersFile }: AgentConfig): string[] {
  if (securityMode === 'advanced' || callers === 'claimed') return []
  const by = callers === 'signed' ? 'the certificate that signed' : 'their certificate'
  return [`callers: confirmed by ${by}, whose users ${usersFile?.label} names`]
}

function renderWebAgent({ webAgent }: AgentConfig, agent: RunningAgent | ResidentAgent): string[] {
  if (webAgent === undefined || !('webAgentAddress' in agent)) return []
  const { webAgentAddress, webAgentRedirectAddress } = agent
  const { certificateFile, settingsFile } = webAgent
  return [
    `web agent: HTTPS on ${place(webAgentAddress)} by ${certificateFile.label}, trusts by ${settingsFile.label}; plain HTTP on ${place(webAgentRedirectAddress)} is sent there`,
  ]
}

function renderSsh(
  { ssh, tcpWrappers }: AgentConfig,
  agent: RunningAgent | ResidentAgent,
): string[] {
  if (ssh === undefined || !('sshAddress' in agent)) return []
  const accounts = Object.entries(ssh.accounts).map(
    ([name, { level, authorizedKeysFile }]) => `${name} (${level}, ${authorizedKeysFile.label})`,
  )
  const guarded = tcpWrappers === undefined ? '' : ', behind the same two files as `sshd`'
  return [
    `ssh: on ${place(agent.sshAddress)}${guarded}; accounts ${accounts.join(', ')}`,
    ...agent.sshHostKeys.map(({ type, fingerprint }) => `ssh host key: ${type} ${fingerprint}`),
  ]
}

function renderSnmp(
  { snmp, tcpWrappers }: AgentConfig,
  agent: RunningAgent | ResidentAgent,
): string[] {
  if (snmp === undefined || !('snmp' in agent) || agent.snmp === undefined) return []
  const { addresses, users, sinks, createUserLines } = agent.snmp
  const guarded =
    tcpWrappers === undefined
      ? 'NO GUARD of sources before the policy'
      : `behind the same two files as \`${snmp.daemonName}\``
  const versions = `version${snmp.versions.length === 1 ? '' : 's'} ${snmp.versions.join(', ')}`
  const where = addresses.map(place).join(', ')
  return [
    `snmp: ${versions} on ${where} (UDP) by ${snmp.policyFile.label}, ${guarded}`,
    `snmp users: ${users.length === 0 ? 'none' : users.join(', ')}`,
    `snmp notifications: ${sinks === 0 ? 'to nobody' : `to ${sinks}`}`,
    ...createUserLines.map(
      (line) =>
        `NOT USED ${snmp.policyFile.label}:${line}: createUser; users and passphrases stand in \`snmp.usersFile\``,
    ),
  ]
}

function renderSnmpStatements(agent: RunningAgent | ResidentAgent): string[] {
  if (!('snmp' in agent) || agent.snmp === undefined) return []
  const { users, communities } = agent.snmp.statements
  return [
    ...(users ? ['snmp version 3:', ...describeStatement(users).map(indent)] : []),
    ...(communities
      ? ['snmp versions 1 and 2c:', ...describeStatement(communities).map(indent)]
      : []),
  ]
}

function renderTools({ tools }: AgentConfig): string[] {
  const told = Object.entries(tools).map(([name, { level, runAs }]) =>
    runAs === undefined ? `${name} (${level})` : `${name} (${level}, as ${runAs.uid}:${runAs.gid})`,
  )
  return told.length === 0 ? [] : [`tools: ${told.join(', ')}`]
}

function renderRevocation({ revocation }: TlsClientsConfig): string {
  if (revocation === undefined) return 'revocation: not asked'
  const files = revocation.files.map(({ label }) => label).join(', ')
  const otherwise = revocation.onUnknown === 'deny' ? 'is refused' : 'is LET IN'
  return `revocation: by ${files}; a certificate that no current list covers ${otherwise}`
}

function renderConnections({ securityMode, tcpWrappers, tls }: AgentConfig): string[] {
  if (securityMode === 'advanced') return []
  if (tcpWrappers === undefined) {
    const known = tls?.clients?.required === true ? ' with a trusted certificate' : ''
    return [`connections: NO GUARD, whoever reaches the daemon${known} is heard`]
  }
  const { daemonName, profile } = tcpWrappers
  const files = tablesLabel(tcpWrappers)
  return [`connections: decided by ${files} for ${daemonName}, profile ${profile}`]
}

function renderAudit({ file, onFull }: AuditState): string {
  const otherwise =
    onFull === 'refuse'
      ? 'and refused while they cannot be'
      : 'and CARRIED OUT while they cannot be'
  return `audit: decisions are recorded in ${file}, ${otherwise}`
}

/** A reply for people: outcome, reasons, result. Whatever comes from elsewhere is escaped. */
export function renderReply({ body }: Reply): string {
  if (!('outcome' in body)) return 'error' in body ? renderError(body.error) : ''
  const lines = [
    body.outcome,
    ...body.reasons.map(({ code, sentence = '' }) => indent(`${code}: ${sentence}`)),
  ]
  if (body.error !== undefined) lines.push(renderError(body.error))
  const result = body.result === undefined ? [] : JSON.stringify(body.result, null, 2).split('\n')
  return [...lines, ...result].map(escapeControls).join('\n')
}

function renderError({ code, message }: ErrorBody): string {
  return escapeControls(`error ${code}: ${message}`)
}

function indent(line: string): string {
  return `  ${line}`
}

function place(address: ListenAddress | undefined): string {
  if (address === undefined) return 'nothing'
  const { address: host, port } = address
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}
