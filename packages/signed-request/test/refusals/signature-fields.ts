import { identity } from '../exchange.ts'
import { field, INPUT, insert, replace, type Refusal } from './refusal.ts'

/** What may be wrong with the fields about the signature. */
export const SIGNATURE_FIELDS: readonly Refusal[] = [
  ...[
    replace('gatehouse=', 'sig='),
    replace(' "@scheme"', '  "@scheme"'),
    replace(';created', '; created'),
    (value: string) => `${value}, other=()`,
    (value: string) => `${value},`,
    replace('@method', '@m\\ethod'),
    replace('"@method"', '1'),
    replace(/^.*$/, 'gatehouse'),
    replace(/^.*$/, 'gatehouse=("'),
    replace(/^.*$/, 'gatehouse=:AAAA:'),
    replace(/^.*$/, ''),
    replace('created=', 'created=0'),
  ].map((change, index) => field('signature-input-malformed', `an input ${index}`, INPUT, change)),
  ...[
    replace('gatehouse=', 'sig='),
    replace(/.$/, ''),
    replace(/:.*:/, '::'),
    replace(/=:/, '=;'),
    replace(/:.*:/, ':AAAB=:'),
    (value: string) => `${value}, other=:AAAA:`,
    (value: string) => `${value};a`,
  ].map((change, index) =>
    field('signature-malformed', `a signature ${index}`, 'signature', change),
  ),
  ...['"@method" ', '"content-digest" ', '"gatehouse-audience" ', ' "gatehouse-certificate"'].map(
    (component) =>
      field('component-missing', `nothing about ${component}`, INPUT, replace(component, '')),
  ),
  field('component-unexpected', 'a component more', INPUT, insert('"date" ', '"@scheme"')),
  field('component-unexpected', 'a component twice', INPUT, insert('"@method" ', '"@scheme"')),
  field(
    'component-unexpected',
    'components in another order',
    INPUT,
    replace('"@method" "@scheme"', '"@scheme" "@method"'),
  ),
  field(
    'component-unexpected',
    'a certificate signed that is not sent',
    'gatehouse-certificate',
    () => undefined,
    INPUT,
  ),
  field(
    'component-unsupported',
    'a component with a parameter',
    INPUT,
    insert(';req', ' "@scheme"'),
  ),
  ...['created', 'keyid', 'alg', 'tag'].map((name) =>
    field('parameter-missing', `no ${name}`, INPUT, replace(new RegExp(`;${name}=[^;]+`), '')),
  ),
  field('value-missing', 'no value', INPUT, replace(/;nonce="[^"]*"/, ''), 'nonce'),
  field('value-unknown', 'an empty value', INPUT, replace(/nonce="[^"]*"/, 'nonce=""'), 'nonce'),
  field('value-unknown', 'a value with a blank', INPUT, insert('a b', '";tag'), 'nonce'),
  field('parameter-unexpected', 'a parameter more', INPUT, (value) => `${value};expires=1`),
  field(
    'parameter-unexpected',
    'parameters in another order',
    INPUT,
    replace(/(;created=\d+)(;keyid="\w+")/, '$2$1'),
  ),
  ...[
    ['created', 'created="1"'],
    ['created', 'created=-1'],
    ['created', 'created=1000000000000'],
    ['keyid', 'keyid="AB"'],
    ['keyid', 'keyid=1'],
    ['alg', 'alg=1'],
    ['nonce', 'nonce=:AAAA:'],
    ['tag', 'tag=?1'],
  ].map(([name = '', text = '']) =>
    field(
      'parameter-malformed',
      text,
      INPUT,
      replace(new RegExp(`${name}=(?:"[^"]*"|\\d+)`), text),
      name,
    ),
  ),
  ...['hmac-sha256', 'rsa-v1_5-sha256', 'ecdsa-p384-sha384', 'none', ''].map((alg) =>
    field('algorithm-unknown', `the algorithm ${alg}`, INPUT, replace('ed25519', alg), 'alg'),
  ),
  ...['gatehouse', 'gatehouse-other', ''].map((tag) =>
    field('purpose-unknown', `the tag ${tag}`, INPUT, replace('gatehouse-task', tag), 'tag'),
  ),
  field(
    'certificate-mismatch',
    'another key identifier',
    INPUT,
    replace(/keyid="\w+"/, `keyid="${identity('other').sha256}"`),
    'keyid',
  ),
]
