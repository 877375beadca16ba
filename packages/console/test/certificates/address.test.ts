import { expect, test } from 'vitest'
import { parsePlace } from '../../src/certificates/address.ts'

test.each([
  ['web01:443', { host: 'web01', port: 443 }],
  ['web01.example.com:65535', { host: 'web01.example.com', port: 65_535 }],
  ['192.0.2.1:1', { host: '192.0.2.1', port: 1 }],
  ['[2001:db8::1]:443', { host: '2001:db8::1', port: 443 }],
  ['2001:db8::1', undefined],
  ['web01', undefined],
  ['web01:', undefined],
  ['web01:0', undefined],
  ['web01:65536', undefined],
  ['web 01:443', undefined],
  ['https://web01:443', undefined],
  ['folder/web01:443', undefined],
])('%s is read as %j', (text, place) => {
  expect(parsePlace(text)).toEqual(place)
})
