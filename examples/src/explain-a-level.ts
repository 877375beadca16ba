/** Task: say why an action is refused, in terms of the levels of an Authorization.cfg. */
import * as bmc from '@gatehouse/bmc-authorization'
import { claimed } from '@gatehouse/core'

const text = `BEGIN_AUTHORIZATION
  PERMISSION = VIEW
  BEGIN_COMPUTER
    NAME = 192.0.2.*
    PERMISSION = MODIFY
  END_COMPUTER
END_AUTHORIZATION
`
const policy = bmc.parse(text, { file: 'Authorization.cfg' })

const { decision, granted, needed, decidedBy } = bmc.explain(policy, {
  peer: { address: '192.0.2.7', verifiedName: null },
  claimedUser: claimed('bob'),
  action: 'collect.stop',
  startedByCaller: false,
  othersHaveRequests: false,
})

process.stdout.write(`${decision.outcome}: ${granted} by ${decidedBy}, ${needed} is needed\n`)

// prints: deny: MODIFY by computer 192.0.2.*, MANAGE is needed
