import type { Certificate } from '../../src/index.ts'
import { issueSelfSigned, renewSelfSigned } from '../../src/issuing/index.ts'
import { LEAF, STRANGER } from '../world.ts'
import { issue, name, serverChanges, type Holder } from '../writing/certificate.ts'
import { AT, BETWEEN, KEYS, ROOT } from './lab.ts'
import type { IssuingRefusal } from './refusals.ts'

const SELF_SIGNED = issueSelfSigned({ key: KEYS.system, names: { dns: ['web01'] }, at: AT })

function like(make: (holder: Holder) => Certificate): () => unknown {
  return () => issueSelfSigned({ key: KEYS.system, like: make(LEAF), at: AT })
}

/** Certificates that get no successor. */
export const RENEWAL_REFUSALS: readonly IssuingRefusal[] = [
  {
    code: 'names-missing',
    title: 'one like a certificate that has none',
    source: 'certificate',
    run: like((holder) => issue(holder, holder)),
  },
  {
    code: 'subject-missing',
    title: 'one like a certificate that has none',
    source: 'certificate',
    run: like((holder) => issue({ ...holder, name: name() }, holder, serverChanges())),
  },
  {
    code: 'authority-as-example',
    title: 'one like the certificate of an authority',
    source: 'certificate',
    run: () => renewSelfSigned(ROOT.certificate, { key: KEYS.root, at: AT }),
  },
  {
    code: 'issued-by-authority',
    title: 'the next one of what an authority issued',
    source: 'certificate',
    run: () => renewSelfSigned(BETWEEN.certificate, { key: KEYS.between, at: AT }),
  },
  {
    code: 'issued-by-authority',
    title: 'the next one of what another signed under the name of its holder',
    source: 'certificate',
    run: () => {
      const forged = issue(LEAF, { ...STRANGER, name: LEAF.name }, serverChanges())
      return renewSelfSigned(forged, { key: LEAF.key.privateKey, at: AT })
    },
  },
  {
    code: 'certificate-for-other-key',
    title: 'the next one for another key',
    source: 'certificate',
    run: () => renewSelfSigned(SELF_SIGNED, { key: KEYS.root, at: AT }),
  },
]
