import { parseCertificate, type Certificate } from '@gatehouse/certificate-trust'
import { authority, type Holder } from '../../certificates/issue.ts'
import { testKey } from './keys.ts'

/** Whoever is above the certificates that are made up. */
export const ROOT: Holder = { name: 'Root', key: testKey('a') }
/** The authority that issues them. */
export const BETWEEN: Holder = { name: 'Between', key: testKey('b') }
/** Whom they are issued to. */
export const SERVER_HOLDER: Holder = { name: 'Server', key: testKey('c') }
/** The certificates above them. */
export const ABOVE: { readonly root: Certificate; readonly between: Uint8Array } = {
  root: parseCertificate(authority(ROOT, ROOT), { file: 'root' }),
  between: authority(BETWEEN, ROOT),
}
