import { expect, test } from 'vitest'

import { errorStatusOf, ERROR_STATUSES } from '../../src/message/index.ts'

test('error statuses have the numbers of RFC 3416', () => {
  expect(Object.fromEntries(ERROR_STATUSES)).toEqual({
    noError: 0,
    tooBig: 1,
    noSuchName: 2,
    badValue: 3,
    genErr: 5,
    noAccess: 6,
    wrongType: 7,
    wrongLength: 8,
    wrongEncoding: 9,
    wrongValue: 10,
    noCreation: 11,
    inconsistentValue: 12,
    resourceUnavailable: 13,
    commitFailed: 14,
    undoFailed: 15,
    authorizationError: 16,
    notWritable: 17,
    inconsistentName: 18,
  })
  for (const [name, number] of ERROR_STATUSES) expect(errorStatusOf(number)).toBe(name)
  for (const number of [-1, 4, 19]) expect(errorStatusOf(number)).toBeUndefined()
})
