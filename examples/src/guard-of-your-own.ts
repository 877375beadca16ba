/** Task: put a guard of one's own before a model, and read what the two promise together. */
import { allow, claimed, compose, deny, describeStatement, type Guard } from '@gatehouse/core'
import * as hawk from '@gatehouse/hawk-trusted'

const onShift: Guard<hawk.Invocation> = {
  name: 'on-shift',
  provides: [],
  reliesOn: [],
  check: ({ user }) =>
    user === 'oper' ? allow({ code: 'on-shift' }) : deny({ code: 'off-shift' }),
}
const policy = hawk.parse('*\n', { file: 'Trusted.txt' })
const microagents: hawk.MicroagentTable = new Map([['Lamp', new Map([['switch', 'ACTION']])]])
const both = compose(onShift, hawk.guard(policy, microagents))

const { outcome, reasons } = await both.check({
  user: claimed('guest'),
  node: { name: 'web01', dns: 'none', domain: 'default' },
  scope: 'point-to-point',
  microagent: 'Lamp',
  method: 'switch',
})

process.stdout.write(`${outcome}: ${reasons[0].code} by ${reasons[0].guard}\n`)
process.stdout.write(`${describeStatement(both.statement)[0]}\n`)

// prints: deny: off-shift by on-shift
// prints: provides authorization, by hawk-trusted
