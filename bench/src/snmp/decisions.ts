import * as snmp from '@gatehouse/snmp-access'
import { rate, type Work } from '../measure.ts'
import { randomNumbers } from '../random.ts'

/** Communities of the configuration, and as many views. */
export const VIEWS = 1_000
const REQUESTS = 20_000

/** How many GETs `check` decides in a second of CPU time; each request is read anew from JSON. */
export function decisionRates(): Promise<number> {
  const policy = snmp.parse(configuration(), { file: 'snmpd.conf' })
  const texts = requests()
  return rate((): Work => {
    const batch = texts.map((text) => JSON.parse(text) as snmp.Request)
    return () => {
      let allowed = 0
      for (const request of batch) if (snmp.check(policy, request).outcome === 'allow') allowed += 1
      if (allowed === 0 || allowed === batch.length) throw new Error('all are decided alike')
      return batch.length
    }
  })
}

/** Each community is good for one network and one view of three rows. */
function configuration(): string {
  const lines = Array.from({ length: VIEWS }, (_, at) => [
    `rocommunity c${at} 10.${at >> 8}.${at & 255}.0/24 -V v${at}`,
    `view v${at} included .1.3.6.1.2.1`,
    `view v${at} excluded .1.3.6.1.2.1.${at % 40}`,
    `view v${at} included .1.3.6.1.2.1.2.2.1.0.${at} ff:a0`,
  ])
  return lines.flat().join('\n')
}

function requests(): string[] {
  const random = randomNumbers(20_261_122)
  return Array.from({ length: REQUESTS }, () => {
    const at = random(VIEWS)
    const network = random(8) === 0 ? random(VIEWS) : at
    const oid = [1, 3, 6, 1, 2, 1, random(50), 2, 1, random(9), random(VIEWS)]
    const request: snmp.Request = {
      version: '2c',
      community: `c${at}`,
      source: `10.${network >> 8}.${network & 255}.${random(256)}`,
      pdu: 'get',
      varbinds: [{ oid }],
    }
    return JSON.stringify(request)
  })
}
