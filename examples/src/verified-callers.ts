/** Task: have one Trusted.txt decide for users as claimed, or for verified ones, by one word. */
import { trustList, userMap } from '@gatehouse/certificate-trust'
import { describeStatement } from '@gatehouse/core'
import * as hawk from '@gatehouse/hawk-trusted'
import { startLamp } from './verified-callers/agent.ts'
import { ask, identity } from './verified-callers/console.ts'

const policy = hawk.parse('ann + Lamp +\n', { file: 'Trusted.txt' })
const [own, anns, eves] = [identity('lamp'), identity('ann'), identity('eve')]
const [[ann], [eve]] = [anns.certificates, eves.certificates]
const consoles = trustList([
  { certificate: ann, role: 'console' },
  { certificate: eve, role: 'console' },
])
const users = userMap([
  { certificate: ann.sha256, user: 'ann' },
  { certificate: eve.sha256, user: 'eve' },
])

for (const callers of ['claimed', 'certificate', 'signed'] as const) {
  const lamp = await startLamp(callers, policy, { own, consoles, users })
  const agent = callers === 'claimed' ? lamp : { ...lamp, own }
  const [first, second] = [
    await ask(agent, anns, { user: 'ann' }, callers === 'signed'),
    await ask(agent, eves, { user: 'ann' }, callers === 'signed'),
  ]
  process.stdout.write(`${callers}: ann, ${first}; eve as ann, ${second}\n`)
  for (const line of describeStatement(lamp.guard.statement)) process.stdout.write(`- ${line}\n`)
  lamp.close()
}

// prints: claimed: ann, allow; eve as ann, allow
// prints: - provides authorization, by hawk-trusted
// prints: - authorization by hawk-trusted rests on the authentication of the user name, which nothing before it provides
// prints: - authorization by hawk-trusted rests on the integrity of the request, which nothing before it provides
// prints: - lacks authentication
// prints: - lacks integrity
// prints: - lacks privacy
// prints: - lacks freshness
// prints: certificate: ann, allow; eve as ann, deny
// prints: - provides authentication of the console, by certificate-trust
// prints: - provides integrity, by certificate-trust
// prints: - provides privacy, by certificate-trust
// prints: - provides freshness, by certificate-trust
// prints: - provides authentication of the user name, by certificate-user
// prints: - provides authorization, by hawk-trusted
// prints: signed: ann, allow; eve as ann, deny
// prints: - provides integrity, by certificate-trust and signed-request
// prints: - provides privacy, by certificate-trust
// prints: - provides freshness, by certificate-trust and signed-request
// prints: - provides authentication of the console, by signed-request
// prints: - provides authentication of the user name, by certificate-user
// prints: - provides authorization, by hawk-trusted
