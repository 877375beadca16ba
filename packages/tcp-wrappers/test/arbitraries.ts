import { claimed } from '@gatehouse/core'
import fc from 'fast-check'
import type { Request } from '../src/index.ts'

const DAEMONS = ['bgssd', 'ALL', 'bgs*', '10128', 'bgssd@10.9.9.9', 'ALL@LOCAL', 'other', 'b?ssd']
const HOSTS = [
  ['10.0.0.1', '10.0.0.', '10.*', '10.0.0.0/24', '10.0.0.0/255.255.0.255', '1?.0.0.1'],
  ['[2001:db8::1]', '[2001:db8::]/32', '[::]/0', '0.0.0.0/0.0.0.0'],
  ['gw', 'gw.example.com', '.example.com', '*.example.com', 'LOCAL', 'KNOWN', 'UNKNOWN'],
  ['PARANOID', 'ALL', 'bob@10.0.0.1', 'ALL@ALL', 'UNKNOWN@10.', 'b*@.com'],
].flat()
const OPTIONS = ['allow', 'deny', 'severity mail.info', 'spawn /bin/true %a\\:%n', 'nice']
const SEPARATORS = [' ', ', ', ',\t', ' \\\n  ']

/** A list that both profiles read, with or without exceptions. */
function list(items: readonly string[]): fc.Arbitrary<string> {
  const segment = fc
    .array(fc.constantFrom(...items), { minLength: 1, maxLength: 3 })
    .chain((words) => fc.constantFrom(...SEPARATORS).map((separator) => words.join(separator)))
  return fc
    .array(segment, { minLength: 1, maxLength: 3 })
    .map((segments) => segments.join(' EXCEPT '))
}

const rule = fc
  .tuple(list(DAEMONS), list(HOSTS), fc.option(fc.constantFrom(...OPTIONS), { freq: 3 }))
  .map(([daemons, clients, option]) =>
    option === null ? `${daemons}: ${clients}` : `${daemons} :${clients}: ${option}`,
  )

/** A line that both profiles read. */
export const goodLine: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: rule },
  fc.constantFrom('', ' \t', '# a note', '#: ALL'),
)

/** A file that both profiles read. */
export const goodFile: fc.Arbitrary<string> = fc
  .array(goodLine, { maxLength: 6 })
  .map((lines) => lines.map((text) => `${text}\n`).join(''))

const FRAGMENTS = [
  ['bgssd', 'ALL', ':', ' ', ',', '@', '/', '[', ']', '\\', '\n', '#', '*', '?', '=', '%', '.'],
  ['10.0.0.0/24', '::', 'EXCEPT', 'allow', 'severity ', '\r', '\t', '\0', 'é', '\ufeff', '1'],
].flat()

/** Text that has the signs of a rule file, in any order. */
export const soup: fc.Arbitrary<string> = fc
  .array(fc.constantFrom(...FRAGMENTS), { maxLength: 40 })
  .map((parts) => parts.join(''))

/** Every request of a small universe. */
export const requests: readonly Request[] = ['bgssd', 'other'].flatMap((daemon) =>
  ['10.0.0.1', '10.0.7.0', '9.9.9.9', '2001:db8::1'].flatMap((address) =>
    [null, 'paranoid', 'gw', 'gw.example.com', 'a.example.com'].flatMap((name) =>
      [null, 'bob', 'eve'].flatMap((user) =>
        [undefined, { address: '10.9.9.9', name: 'srv', port: 10_128 }].map((server) => ({
          daemon,
          client: { address, name, user: user === null ? null : claimed(user) },
          ...(server === undefined ? {} : { server }),
        })),
      ),
    ),
  ),
)

/** One of them. */
export const request: fc.Arbitrary<Request> = fc.constantFrom(...requests)
