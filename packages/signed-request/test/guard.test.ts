import { allow, compose, deny, type Guard } from '@gatehouse/core'
import { expect, it } from 'vitest'
import * as signed from '../src/index.ts'
import { exchange, receive } from './exchange.ts'

/** As certificate-trust has it: what a trusted certificate leaves to be shown. */
const trust: Guard<signed.RequestMessage> = {
  name: 'trust-mode',
  provides: [],
  reliesOn: [{ guarantee: 'authentication', of: 'console' }],
  check: () => allow({ code: 'certificate-pinned' }),
}

it('gives authentication of the console, integrity and freshness, and no privacy', async () => {
  const { message, options } = exchange()
  const check = (request: signed.RequestMessage): ReturnType<typeof receive> =>
    receive(request, options)
  const guard = compose(signed.signedRequestGuard({ check }), trust)
  expect(guard.statement).toMatchObject({
    provided: [
      { guarantee: 'authentication', of: 'console' },
      { guarantee: 'integrity' },
      { guarantee: 'freshness' },
    ],
    unmet: [],
    openings: [],
  })
  expect(guard.statement.lacking).toContain('privacy')
  expect(guard.statement.lacking).toContain('authorization')
  expect((await guard.check(message)).outcome).toBe('allow')
  expect(await guard.check(message)).toMatchObject({
    outcome: 'deny',
    reasons: [{ code: 'value-used', guard: 'signed-request' }],
  })
})

it('gives authentication of the key alone where the check does not say whose it is', () => {
  const guard = signed.signedRequestGuard({
    check: () => deny({ code: 'signature-wrong' }),
    authenticates: 'key of the certificate',
  })
  expect(compose(guard, trust).statement.unmet).toMatchObject([{ of: 'console' }])
})
