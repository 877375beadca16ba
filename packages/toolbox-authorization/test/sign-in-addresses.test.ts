import { ParseError } from '@gatehouse/core'
import { describe, expect, it } from 'vitest'
import { parseSignInAddresses, type SignInFields } from '../src/index.ts'

function isOpen(fields: SignInFields): boolean {
  return parseSignInAddresses(fields, { file: 'f' }).isOpen
}

function asked(fields: Partial<SignInFields>, address: string): string {
  const addresses = parseSignInAddresses(
    { permitted: '', restricted: '', ...fields },
    { file: 'f' },
  )
  const { outcome, reasons } = addresses.check(address)
  return `${outcome} ${reasons[0].code}`
}

const PERMITTED = { permitted: '10.0.0.1 - 10.0.0.9 ; 127.0.0.1' }
const RESTRICTED = { restricted: '10.0.0.1-10.0.0.9;127.0.0.1' }
const IN = 'allow sign-in-permitted'

describe('sign-in addresses of a system', () => {
  it.each([
    ['without ranges every address may', {}, '192.0.2.1', IN],
    ['without ranges IPv6 may', {}, '2001:db8::1', IN],
    ['the first of a permitted range may', PERMITTED, '10.0.0.1', IN],
    ['the last of a permitted range may', PERMITTED, '10.0.0.9', IN],
    ['a permitted address may', PERMITTED, '127.0.0.1', IN],
    ['an IPv4 address in IPv6 counts as itself', PERMITTED, '::ffff:127.0.0.1', IN],
    [
      'beside permitted ranges none may',
      PERMITTED,
      '10.0.0.10',
      'deny sign-in-address-not-included',
    ],
    ['what is not restricted may', RESTRICTED, '10.0.0.10', IN],
    ['what is restricted may not', RESTRICTED, '10.0.0.5', 'deny sign-in-address-excluded'],
    [
      'with both, only what is permitted may',
      { permitted: '10.0.0.1', restricted: '10.0.0.2' },
      '10.0.0.3',
      'deny sign-in-address-not-included',
    ],
    ['with ranges IPv6 may not', RESTRICTED, '2001:db8::1', 'deny sign-in-address-not-ipv4'],
    ['what is no address may not', RESTRICTED, 'here', 'deny sign-in-address-not-ipv4'],
    [
      '0.0.0.0 permits nobody',
      { permitted: '0.0.0.0' },
      '127.0.0.1',
      'deny sign-in-address-not-included',
    ],
    [
      '0.0.0.0 permits not even itself',
      { permitted: '0.0.0.0' },
      '0.0.0.0',
      'deny sign-in-address-not-included',
    ],
  ])('%s', (_, fields, address, expected) => {
    expect(asked(fields, address)).toBe(expected)
  })

  it('knows whether addresses make a difference', () => {
    expect(isOpen({ permitted: ' ', restricted: '' })).toBe(true)
    expect(isOpen({ permitted: '0.0.0.0', restricted: '' })).toBe(false)
  })

  it.each([
    ['a name', { permitted: 'localhost' }, 'range-malformed', 1, 1],
    ['an address of IPv6', { permitted: '::1' }, 'range-malformed', 1, 1],
    ['a prefix', { restricted: '10.0.0.0/8' }, 'range-malformed', 2, 1],
    ['nothing between two `;`', { permitted: '10.0.0.1;;10.0.0.2' }, 'range-malformed', 1, 10],
    ['a blank within an address', { permitted: '10.0. 0.1' }, 'range-malformed', 1, 1],
    [
      'a range with its ends exchanged',
      { permitted: '10.0.0.2-10.0.0.1' },
      'range-malformed',
      1,
      1,
    ],
    [
      'two permitted ranges that overlap',
      { permitted: '10.0.0.1-10.0.0.3; 10.0.0.3' },
      'ranges-overlap',
      1,
      20,
    ],
    [
      'what is both permitted and restricted',
      { permitted: '10.0.0.1-10.0.0.3', restricted: '10.0.0.2' },
      'ranges-overlap',
      2,
      1,
    ],
  ])('%s is an error', (_, fields: Partial<SignInFields>, code, line, column) => {
    const read = (): unknown =>
      parseSignInAddresses({ permitted: '', restricted: '', ...fields }, { file: 'f' })
    expect(read).toThrow(ParseError)
    try {
      read()
    } catch (error) {
      const [first] = (error as ParseError).diagnostics
      expect(first).toMatchObject({ code, source: { file: 'f', line, column } })
    }
  })
})
