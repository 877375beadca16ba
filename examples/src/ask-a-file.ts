/** Task: have an access control file decide a request, and say which line did. */
import { claimed } from '@gatehouse/core'
import * as hawk from '@gatehouse/hawk-trusted'

const policy = hawk.parse('oper\n!oper * COM.TIBCO.hawk.microagent.Custom +\n', {
  file: 'Trusted.txt',
})

const { outcome, reasons } = hawk.check(policy, {
  user: claimed('oper'),
  node: { name: 'db01', dns: 'none', domain: 'default' },
  scope: 'point-to-point',
  microagent: 'COM.TIBCO.hawk.microagent.Custom',
  method: 'execute',
  impact: 'ACTION',
})

process.stdout.write(`${outcome}: ${hawk.describe(reasons[0])}\n`)

// prints: deny: a restriction covers it, which beats every grant (Trusted.txt:2)
