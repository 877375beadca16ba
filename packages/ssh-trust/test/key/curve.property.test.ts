import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkPoint, CURVES, importPoint, type CurveName } from '../../src/key/curve.ts'
import { jwkOf } from '../../src/key/jwk.ts'

const NAMES = Object.keys(CURVES) as CurveName[]

function pointOf(name: CurveName): Buffer {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: CURVES[name].jwk })
  const { x = '', y = '' } = jwkOf(publicKey)
  return Buffer.concat([Buffer.of(0x04), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')])
}

/** What node:crypto, that is OpenSSL, says of a point. */
function isImported(name: CurveName, point: Uint8Array): boolean {
  try {
    importPoint(name, point)
    return true
  } catch {
    return false
  }
}

function isTaken(name: CurveName, point: Uint8Array): boolean {
  try {
    checkPoint(name, point)
    return true
  } catch {
    return false
  }
}

describe.each(NAMES)('points of %s', (name) => {
  test('that OpenSSL makes are taken', () => {
    const points = Array.from({ length: 50 }, () => pointOf(name))
    expect(points.filter((point) => !isTaken(name, point))).toEqual([])
  })

  test('with one bit changed are refused, as OpenSSL refuses them', () => {
    const point = pointOf(name)
    fc.assert(
      fc.property(fc.nat(point.length * 8 - 9), (bit) => {
        const bent = Buffer.from(point)
        const at = 1 + (bit >> 3)
        bent[at] = (bent[at] ?? 0) ^ (1 << (bit & 7))
        return !isTaken(name, bent) && !isImported(name, bent)
      }),
      { numRuns: 200 },
    )
  })

  test('whose y is negated are points, too', () => {
    const point = pointOf(name)
    const length = (point.length - 1) / 2
    const y = BigInt(`0x${point.subarray(1 + length).toString('hex')}`)
    const negated = (CURVES[name].prime - y).toString(16).padStart(2 * length, '0')
    const other = Buffer.concat([point.subarray(0, 1 + length), Buffer.from(negated, 'hex')])
    expect([isTaken(name, other), isImported(name, other)]).toEqual([true, true])
  })

  test('at infinity are none', () => {
    const nothing = Buffer.alloc(pointOf(name).length)
    nothing[0] = 0x04
    expect(isTaken(name, nothing)).toBe(false)
  })
})

test('a coordinate that is not below the prime is refused, though it stands for one', () => {
  const point = pointOf('nistp521')
  const y = BigInt(`0x${point.subarray(67).toString('hex')}`)
  const beyond = (CURVES.nistp521.prime + y).toString(16).padStart(132, '0')
  const other = Buffer.concat([point.subarray(0, 67), Buffer.from(beyond, 'hex')])
  expect([isTaken('nistp521', other), isImported('nistp521', other)]).toEqual([false, false])
})
