import { allow, deny } from '@gatehouse/core'
import { describe, expect, it } from 'vitest'

import { checkUserCertificate, isValidAt } from '../../src/index.ts'
import { forged, NOW } from './forge.ts'
import { certificateOf, keyOf } from './read.ts'
import { certificateVectors, secondsOf } from './vectors.ts'

describe('the time of a certificate', () => {
  it.each(certificateVectors('valid-at'))(
    'agrees with ssh-keygen -Y verify on $id, $name',
    ({ file, query, expect: expected }) => {
      const certificate = certificateOf(file)
      const isKnown = certificate.signatureKey.equals(keyOf(String(query['ca'])))
      const decision = checkUserCertificate(certificate, {
        authority: isKnown ? allow({ code: 'listed' }) : deny({ code: 'not-listed' }),
        principals: [String(query['principal'])],
        address: '127.0.0.1',
        now: secondsOf(query['time']),
      })
      expect(decision.outcome === 'allow').toBe(expected['ok'])
    },
  )

  it('holds from its first second up to the one before its end', () => {
    const certificate = forged({ validAfter: NOW, validBefore: NOW + 2n })
    const times = [NOW - 1n, NOW, NOW + 1n, NOW + 2n]
    expect(times.map((time) => isValidAt(certificate, time))).toEqual([false, true, true, false])
  })
})
