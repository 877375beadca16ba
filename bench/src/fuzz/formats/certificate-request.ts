import { verify as verifySignature } from 'node:crypto'
import {
  checkRequest,
  describeRequest,
  MALFORMED_CODES,
  parseCertificateFile,
  parseRequest,
  REQUEST_CODES,
} from '@gatehouse/certificate-trust'
import type { Random } from '../../random.ts'
import { damaged } from '../certificates/asking.ts'
import {
  ED25519,
  INFOS,
  madeUpExtension,
  madeUpName,
  rarely,
  WORDS,
} from '../certificates/compose.ts'
import { testKey } from '../certificates/keys.ts'
import { signedParts } from '../certificates/naive.ts'
import { derOf } from '../certificates/outline.ts'
import { pick, several, type FuzzFormat } from '../format.ts'
import { ensure, ensureDecision, readOrRefused } from '../oracle.ts'

/** A password, and what nobody knows. */
const ATTRIBUTES = [
  `30{06:2a864886f70d010907 31{0c'x'}}`,
  '30{06:2a0304 31{05:}}',
  '30{06:2a0305 31{}}',
]

function attributes(random: Random): string {
  const extensions = several(random, 4, () => madeUpExtension(random)).join(' ')
  const asked = `30{06:2a864886f70d01090e 31{30{${extensions}}}}`
  return rarely(random, 5, asked, () =>
    several(random, 3, () => pick(random, ATTRIBUTES)).join(' '),
  )
}

/** A request for a certificate, made up in outline and signed by the key in it. */
export const CERTIFICATE_REQUEST: FuzzFormat = {
  name: 'certificate-request',
  takesBytes: false,
  words: [...WORDS, ...ATTRIBUTES],
  compose: (random) => {
    const signer = rarely(random, 12, 'c', () => pick(random, ['a', 'b']))
    const version = rarely(random, 20, '02:00', () => pick(random, ['', '02:01']))
    const info = rarely(random, 4, '@c', () => pick(random, INFOS))
    return `~${signer}{30{${version} ${madeUpName(random)} ${info} a0{${attributes(random)}}} ${ED25519}}`
  },
  examine: (input, random) => {
    const der = damaged(derOf(input as string), random)
    const request = readOrRefused(() => parseRequest(der, { file: 'T' }), MALFORMED_CODES)
    const asFile = readOrRefused(() => parseCertificateFile(der, { file: 'T' }), MALFORMED_CODES)
    if (request === undefined) return false
    ensure(asFile === undefined, 'a request that is a certificate as well')
    const decision = checkRequest(request)
    ensureDecision(decision, REQUEST_CODES)
    for (const reason of decision.reasons) {
      ensure(!/\p{Cc}/u.test(describeRequest(reason)), 'a reason that cannot be printed')
    }
    if (decision.outcome === 'allow') {
      const { body, signature } = signedParts(der)
      const isGenuine = ['a', 'b', 'c', 'd', 'e'].some((name) => {
        const { info, publicKey } = testKey(name)
        const isIts = Buffer.compare(request.publicKey.der, info) === 0
        return isIts && verifySignature(null, body.whole, publicKey, signature)
      })
      ensure(isGenuine, 'signed by the key in it, and is not')
    }
    return true
  },
}
