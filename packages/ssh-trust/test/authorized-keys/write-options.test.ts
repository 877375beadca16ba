import { describe, expect, test } from 'vitest'
import fc from 'fast-check'
import {
  formatKeyLine,
  formatKeyOptions,
  OPTION_VERSIONS,
  parseAuthorizedKeys,
  readServerVersion,
  type KeyOptions,
  type OptionsToWrite,
} from '../../src/index.ts'
import { testKey } from '../files/keys.ts'

const NEW = { serverVersion: 'SSH-2.0-OpenSSH_9.9' }

function textOf(options: OptionsToWrite): string {
  const formatted = formatKeyOptions(options, NEW)
  if ('refused' in formatted) throw new Error(formatted.refused)
  return formatted.text
}

function read(text: string): KeyOptions | undefined {
  const line = `${text} ${formatKeyLine(testKey(1))}`.trimStart()
  const [parsed] = parseAuthorizedKeys(line, { file: 'authorized_keys' }).lines
  return parsed?.kind === 'key' ? parsed.options : undefined
}

describe('writing options', () => {
  test.each<[string, OptionsToWrite]>([
    ['', {}],
    ['', { pty: true, restrict: false, permitOpen: [] }],
    ['restrict', { restrict: true, pty: false }],
    ['restrict,port-forwarding,pty', { restrict: true, pty: true, portForwarding: true }],
    ['no-agent-forwarding,no-X11-forwarding', { agentForwarding: false, x11Forwarding: false }],
    ['command="echo \\"a b\\" \\\\" c"', { command: 'echo "a b" \\" c' }],
    ['cert-authority,principals="ann,bob"', { certAuthority: true, principals: ['ann', 'bob'] }],
    ['from="192.0.2.0/24,!192.0.2.7"', { from: ['192.0.2.0/24', '!192.0.2.7'] }],
    ['expiry-time="20270131235959Z"', { expires: new Date('2027-01-31T23:59:59.9Z') }],
    ['environment="A=b,\\"c\\""', { environment: [{ name: 'A', value: 'b,"c"' }] }],
    [
      'permitopen="[::1]:80",permitlisten="*:90"',
      { permitOpen: ['[::1]:80'], permitListen: ['*:90'] },
    ],
    ['no-touch-required,tunnel="any"', { noTouchRequired: true, tunnel: 'any' }],
    ['verify-required,tunnel="0"', { verifyRequired: true, tunnel: 0 }],
  ])('writes %j', (text, options) => {
    expect(formatKeyOptions(options, NEW)).toEqual({ text })
  })

  test.each<[string, OptionsToWrite, string?]>([
    ['value-not-writable', { command: 'a\\' }, 'command'],
    ['value-not-writable', { command: 'a\nb' }, 'command'],
    ['value-not-writable', { command: '\0' }, 'command'],
    ['value-not-writable', { command: '\u{fffd}' }, 'command'],
    ['value-not-writable', { environment: [{ name: 'A', value: '\r' }] }, 'environment'],
    ['value-malformed', { environment: [{ name: 'A-B', value: '' }] }],
    ['value-malformed', { environment: ['1', '2'].map((value) => ({ name: 'A', value })) }],
    ['value-malformed', { principals: ['ann'] }],
    ['value-malformed', { certAuthority: true, principals: ['ann,bob'] }],
    ['value-malformed', { certAuthority: true, principals: [] }],
    ['value-malformed', { from: ['192.0.2.1/24'] }],
    ['value-malformed', { from: ['192.0.2.1', ''] }],
    ['value-malformed', { from: ['192.0.2.1', ' 192.0.2.2'] }],
    ['value-malformed', { from: [] }],
    ['value-malformed', { expires: new Date(Number.NaN) }],
    ['value-malformed', { expires: new Date(0) }],
    ['value-malformed', { expires: new Date('+010000-01-01T00:00:00Z') }],
    ['value-malformed', { permitOpen: ['host'] }],
    ['value-malformed', { permitListen: ['80'] }],
    ['value-malformed', { tunnel: -1 }],
  ])('refuses as %s: %j', (refused, options, option) => {
    const named = option === undefined ? {} : { option }
    expect(formatKeyOptions(options, NEW)).toEqual({ refused, ...named })
  })

  test('writes only what reads back as it was meant', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '"', '\\', ',', ' ', '=', '\t', 'é', '#') })
    const options = fc.record(
      {
        restrict: fc.boolean(),
        pty: fc.boolean(),
        userRc: fc.boolean(),
        portForwarding: fc.boolean(),
        command: text,
        environment: fc.array(fc.record({ name: fc.constantFrom('A', 'B', '_'), value: text })),
        certAuthority: fc.boolean(),
        principals: fc.array(text),
        from: fc.array(fc.oneof(text, fc.constantFrom('10.0.0.0/8', '*.x', '!::1'))),
        tunnel: fc.constantFrom(0, 7, 'any' as const),
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(options, (given) => {
        const formatted = formatKeyOptions(given, NEW)
        if ('refused' in formatted) return
        const parsed = read(formatted.text)
        expect(parsed?.command).toBe(given.command ?? null)
        expect(parsed?.environment).toEqual(given.environment ?? [])
        expect(parsed?.principals).toEqual(given.principals ?? null)
        expect(parsed?.from?.text).toBe(given.from?.join(','))
        expect(parsed?.pty).toBe(given.pty ?? given.restrict !== true)
        expect(parsed?.tunnel).toBe(given.tunnel ?? null)
      }),
    )
  })
})

describe('the version of the target', () => {
  test.each<[string, OptionsToWrite]>([
    ['cert-authority', { certAuthority: true }],
    ['principals', { certAuthority: true, principals: ['ann'] }],
    ['restrict', { restrict: true }],
    ['permitlisten', { permitListen: ['*:80'] }],
    ['no-touch-required', { noTouchRequired: true }],
    ['verify-required', { verifyRequired: true }],
    ['expiry-time', { expires: new Date('2027-01-01T00:00:00Z') }],
  ])('must know %s', (option, options) => {
    const { major, minor } = OPTION_VERSIONS[option] as { major: number; minor: number }
    const older = minor === 0 ? `${major - 1}.9` : `${major}.${minor - 1}`
    const refused = { refused: 'server-too-old', option, needs: `${major}.${minor}` }
    expect(formatKeyOptions(options, { serverVersion: older })).toEqual(refused)
    const same = { serverVersion: `OpenSSH_${major}.${minor}p1` }
    expect(formatKeyOptions(options, same)).toEqual({ text: textOf(options) })
  })

  test('must be known when there is anything to write', () => {
    const dropbear = { serverVersion: 'SSH-2.0-dropbear_2022.83' }
    expect(formatKeyOptions({ pty: false }, dropbear)).toEqual({ refused: 'server-unknown' })
    expect(formatKeyOptions({}, dropbear)).toEqual({ text: '' })
  })

  test.each([
    ['SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u7', { major: 9, minor: 2 }],
    ['SSH-2.0-OpenSSH_for_Windows_8.1', { major: 8, minor: 1 }],
    ['OpenSSH_10.0p2', { major: 10, minor: 0 }],
    ['7.4', { major: 7, minor: 4 }],
    ['OpenSSH_9.1234', undefined],
    ['SSH-2.0-9.2', undefined],
    ['SSH-2.0-xOpenSSH_9.2', undefined],
    ['SSH-1.99-OpenSSH_3.9', undefined],
    ['', undefined],
  ])('is read from %j', (text, version) => {
    expect(readServerVersion(text)).toEqual(version)
  })
})
