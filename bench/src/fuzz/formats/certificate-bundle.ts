import { MALFORMED_CODES, parseBundle, parseCertificateFile } from '@gatehouse/certificate-trust'
import type { Random } from '../../random.ts'
import { damaged } from '../certificates/asking.ts'
import { composeCertificate, rarely, WORDS } from '../certificates/compose.ts'
import { derOf, outlineOf } from '../certificates/outline.ts'
import { ABOVE } from '../certificates/world.ts'
import { pick, several, type FuzzFormat } from '../format.ts'
import { ensure, ensureEqual, readOrRefused } from '../oracle.ts'

const SOUND = outlineOf(Buffer.from(ABOVE.between))

function certificate(random: Random): string {
  return random(4) === 0 ? composeCertificate(random) : SOUND
}

/** A PKCS#7 message with certificates only, made up in outline. */
export const CERTIFICATE_BUNDLE: FuzzFormat = {
  name: 'certificate-bundle',
  takesBytes: false,
  words: [...WORDS, '06:2a864886f70d010702', '06:2a864886f70d010701', SOUND],
  compose: (random) => {
    const type = rarely(random, 20, '06:2a864886f70d010702', () => '06:2a864886f70d010703')
    const version = rarely(random, 12, '02:01', () => pick(random, ['02:03', '02:00', '']))
    const contents = rarely(
      random,
      12,
      '30{06:2a864886f70d010701}',
      () => "30{06:2a864886f70d010701 a0{04'x'}}",
    )
    const certificates = `a0{${several(random, 3, () => certificate(random)).join(' ')}}`
    const lists = rarely(random, 8, '', () => pick(random, ['a1{}', 'a1{30{}}']))
    const signers = rarely(random, 12, '31{}', () => pick(random, ['31{30{}}', '']))
    return `30{${type} a0{30{${[version, '31{}', contents, certificates, lists, signers].join(' ')}}}}`
  },
  examine: (input, random) => {
    const der = damaged(derOf(input as string), random)
    const found = readOrRefused(() => parseBundle(der, { file: 'T' }), MALFORMED_CODES)
    const asFile = readOrRefused(() => parseCertificateFile(der, { file: 'T' }), MALFORMED_CODES)
    if (found === undefined) return false
    ensure(found.length > 0, 'a bundle without certificates')
    const text = der.toString('latin1')
    const isInside = found.every((one) => text.includes(Buffer.from(one.der).toString('latin1')))
    ensure(isInside, 'a certificate that is not in the bundle')
    const digests = (list: typeof found | undefined): unknown => list?.map(({ sha256 }) => sha256)
    ensureEqual(digests(asFile), digests(found), 'a bundle that is read otherwise as a file')
    return true
  },
}
