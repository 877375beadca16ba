import { describe, expect, it } from 'vitest'
import { RateLimit } from '../../src/engine/index.ts'

describe('a rate limit', () => {
  it('lets a burst through, then as many as come in again', () => {
    let now = 0
    const limit = new RateLimit({ perSecond: 2, burst: 3, now: () => now })
    const taken = (): boolean[] => Array.from({ length: 4 }, () => limit.take())
    expect(taken()).toEqual([true, true, true, false])
    now = 499
    expect(limit.take()).toBe(false)
    now = 500
    expect(taken()).toEqual([true, false, false, false])
    now = 1_000_000
    expect(taken()).toEqual([true, true, true, false])
    now = 0
    expect(limit.take()).toBe(false)
  })

  it('of 0 lets its burst through and nothing more, and no burst nothing', () => {
    let now = 0
    const limit = new RateLimit({ perSecond: 0, burst: 0, now: () => now })
    now = 1_000_000
    expect(limit.take()).toBe(false)
  })

  it.each([-1, NaN])('of %d does not exist', (perSecond) => {
    expect(() => new RateLimit({ perSecond })).toThrow(TypeError)
  })
})
