import { describe, expect, it } from 'vitest'

import { parseRevocationList } from '../../src/index.ts'
import { certificateOf, keyOf } from '../certificate/read.ts'
import { certificateVectors } from '../certificate/vectors.ts'

describe('a key revocation list', () => {
  it.each(certificateVectors('revoked'))(
    'agrees with ssh-keygen -Q on $id, $name',
    ({ file, query, expect: expected }) => {
      const target = String(query['target'])
      const list = parseRevocationList(Buffer.from(file, 'base64'))
      const subject = target.includes('-cert-') ? certificateOf(target) : keyOf(target)
      expect('fault' in list ? 'error' : list.covers(subject)).toBe(expected['revoked'])
    },
  )
})
