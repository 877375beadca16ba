import { describe, expect, it } from 'vitest'
import { communityDigest, communityOctets, sameCommunity } from '../src/index.ts'

const KEY = new Uint8Array(16).fill(7)

describe('a community', () => {
  it('is compared octet by octet, with its length', () => {
    const known = communityOctets('public')
    expect(sameCommunity(known, communityOctets('public'))).toBe(true)
    for (const other of ['Public', 'public\0', 'public\n', 'publi', '']) {
      expect(sameCommunity(known, communityOctets(other))).toBe(false)
    }
  })

  it('is its UTF-8 form when it is given as text', () => {
    expect([...communityOctets('ä')]).toEqual([0xc3, 0xa4])
  })

  it('has a digest that tells it from others and depends on the key', () => {
    const digest = communityDigest(communityOctets('public'), KEY)
    expect(digest).toMatch(/^[\da-f]{16}$/)
    expect(communityDigest(communityOctets('public'), KEY)).toBe(digest)
    expect(communityDigest(communityOctets('private'), KEY)).not.toBe(digest)
    expect(communityDigest(communityOctets('public'), new Uint8Array(16))).not.toBe(digest)
  })

  it('has no digest under a short key', () => {
    expect(() => communityDigest(communityOctets('public'), new Uint8Array(15))).toThrow(TypeError)
  })
})
