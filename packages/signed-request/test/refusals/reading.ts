import type { Decision } from '@gatehouse/core'
import * as signed from '../../src/index.ts'
import { BODY, exchange } from '../exchange.ts'
import { changed, field, INPUT, refusal, type Refusal } from './refusal.ts'

/** What may be wrong with the form of a request, but for the fields about the signature. */
export const READING: readonly Refusal[] = [
  ...[
    '',
    'v1',
    '//web-2/v1',
    '/a/../b',
    '/a/.',
    '/%7Euser',
    '/%e4',
    '/a#b',
    '/a?',
    'http://web-2/',
  ].map((target) =>
    changed('target-malformed', `the target ${target}`, 'target', (message) => ({
      ...message,
      target,
    })),
  ),
  changed('field-malformed', 'a method in lower case', '@method', (message) => ({
    ...message,
    method: 'post',
  })),
  ...[
    'host',
    'content-type',
    'content-length',
    'content-digest',
    'gatehouse-audience',
    INPUT,
    'signature',
  ].flatMap((name) => [
    field('field-missing', `no ${name}`, name, () => undefined),
    changed('field-repeated', `${name} twice`, name, (message) => ({
      ...message,
      fields: message.fields.flatMap((one) => (one[0] === name ? [one, one] : [one])),
    })),
    field('field-too-long', `a ${name} that is too long`, name, (value) =>
      value.padEnd(20_000, '0'),
    ),
  ]),
  changed('field-unexpected', 'a field that is not signed', 'x-forwarded-for', (message) => ({
    ...message,
    fields: [...message.fields, ['x-forwarded-for', '192.0.2.1']],
  })),
  changed('field-spelling', 'a name in other letters', 'Content-Type', (message) => ({
    ...message,
    fields: message.fields.map(([name, value]) => [
      name === 'content-type' ? 'Content-Type' : name,
      value,
    ]),
  })),
  changed('field-order', 'two fields in other places', 'host', (message) => {
    const [first, second, ...rest] = message.fields
    return { ...message, fields: [second, first, ...rest] as signed.Fields }
  }),
  changed('fields-too-many', 'hundreds of fields', 'fields', (message) => ({
    ...message,
    fields: Array.from({ length: 500 }, (_, index) => [`x-${index}`, ''] as const),
  })),
  ...['', 'WEB-1', 'web-1:0', 'user@web-1', '[fe80::1%eth0]', 'web-1:123456', ' web-1'].map(
    (host) => field('field-malformed', `the host ${host}`, 'host', () => host),
  ),
  field('field-malformed', 'another content type', 'content-type', () => 'text/plain'),
  ...['+35', '035', '', '35 ', '0x23'].map((length) =>
    field('field-malformed', `the length ${length}`, 'content-length', () => length),
  ),
  field('body-length-wrong', 'a length of one more', 'content-length', (value) =>
    String(Number(value) + 1),
  ),
  ...[
    'sha-512=:AAAA:',
    'sha-256=:AAAA:',
    `sha-256=:${'A'.repeat(42)}B=:`,
    `SHA-256=:${'A'.repeat(43)}=:`,
    `sha-256=:${'A'.repeat(43)}=;`,
  ].map((digest) =>
    field('field-malformed', `the digest ${digest}`, 'content-digest', () => digest),
  ),
  ...['', `sha256:${'AB'.repeat(32)}`, 'sha256:ab', 'Web-1', 'a\nb'].map((audience) =>
    field('field-malformed', `the audience ${audience}`, 'gatehouse-audience', () => audience),
  ),
  ...['', ':AAAA:,', ':AAAA', 'token', ':AAAB=:', '"AAAA"'].map((text) =>
    field('field-malformed', `the certificates ${text}`, 'gatehouse-certificate', () => text),
  ),
  field(
    'certificate-mismatch',
    'another certificate than that of the key identifier',
    'gatehouse-certificate',
    () => ':AAAA:',
    'keyid',
  ),
  field(
    'field-malformed',
    'certificates with parameters',
    'gatehouse-certificate',
    (value) => `${value};a=1`,
  ),
  field('field-too-long', 'six certificates', 'gatehouse-certificate', (value) =>
    Array.from({ length: 6 }, () => value).join(', '),
  ),
  refusal('body-too-large', 'a body over the limit', { request: 'body' }, () => {
    const { message } = exchange()
    return outcomeOf(signed.readSignedRequest(message, { maxBodyBytes: BODY.length - 1 }))
  }),
  refusal('body-too-large', 'a body over the limit of 256 KiB', { request: 'body' }, () => {
    const { message } = exchange()
    return outcomeOf(signed.readSignedRequest({ ...message, body: new Uint8Array(256 * 1024 + 1) }))
  }),
]

function outcomeOf(read: ReturnType<typeof signed.readSignedRequest>): Decision<signed.Code> {
  if (read.outcome === 'read') throw new Error('was read')
  return read
}
