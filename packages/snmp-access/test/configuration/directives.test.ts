import { formatPattern } from '@gatehouse/address-set'
import { describe, expect, it } from 'vitest'
import { formatOid, parse, type Configuration, type ParseOptions } from '../../src/index.ts'

function read(text: string, options: Partial<ParseOptions> = {}): Configuration {
  return parse(text, { file: 'snmpd.conf', ...options })
}

function listOf({ communities }: Configuration): string[] {
  return communities.map(
    ({ family, negated, source, community, securityName, context }) =>
      `${family} ${negated ? '!' : ''}${formatPattern(source.pattern)} ${Buffer.from(community).toString()} ${securityName} ${context}`,
  )
}

function groupsOf({ groups }: Configuration): string[] {
  return groups.map(({ group, model, securityName }) => `${group} ${model} ${securityName}`)
}

function accessesOf({ accesses }: Configuration): string[] {
  return accesses.map(
    ({ group, context, contextMatch, model, level, views }) =>
      `${group} '${context}' ${contextMatch} ${model} ${level} ${JSON.stringify(views)}`,
  )
}

/** The rows that the file adds to the standard ones. */
function viewsOf({ views }: Configuration): string[] {
  return views
    .slice(6)
    .map(
      ({ view, included, subtree, mask }) =>
        `${view} ${included ? '+' : '-'}${formatOid(subtree)} ${Buffer.from(mask).toString('hex')}`,
    )
}

describe('rocommunity and rwcommunity', () => {
  it('grant both versions, from every address of IPv4, the whole tree in every context', () => {
    const read1 = read('rocommunity public')
    expect(listOf(read1)).toEqual(['ipv4 0.0.0.0/0 public comm1 '])
    expect(groupsOf(read1)).toEqual(['grpcomm1 v1 comm1', 'grpcomm1 v2c comm1'])
    expect(accessesOf(read1)).toEqual([
      `grpcomm1 '' prefix any noAuthNoPriv {"read":"_all_","write":"none","notify":"none"}`,
    ])
    expect(accessesOf(read('rwcommunity private'))).toEqual([
      `grpcomm1 '' prefix any noAuthNoPriv {"read":"_all_","write":"_all_","notify":"_all_"}`,
    ])
  })

  it('are bounded by source, subtree and context', () => {
    const configuration = read('rocommunity c 10.0.0.0/8 .1.3.6.1.2.1.1 alpha')
    expect(listOf(configuration)).toEqual(['ipv4 10.0.0.0/8 c comm1 alpha'])
    expect(viewsOf(configuration)).toEqual(['viewComm1 +1.3.6.1.2.1.1 '])
    expect(accessesOf(configuration)).toEqual([
      `grpcomm1 'alpha' exact any noAuthNoPriv {"read":"viewComm1","write":"none","notify":"none"}`,
    ])
  })

  it('take a view by name, and a context as a prefix', () => {
    expect(accessesOf(read('rocommunity c default -V sys al*'))).toEqual([
      `grpcomm1 'al' prefix any noAuthNoPriv {"read":"sys","write":"none","notify":"none"}`,
    ])
  })

  it('take one version by -v', () => {
    const configuration = read('rocommunity -v 1 one\nrocommunity -v 2c two')
    expect(groupsOf(configuration)).toEqual(['grpcomm1 v1 comm1', 'grpcomm2 v2c comm2'])
    expect(configuration.accesses.map(({ model }) => model)).toEqual(['v1', 'v2c'])
  })

  it('of IPv6 are in the other list', () => {
    expect(listOf(read('rocommunity6 six ::1\nrwcommunity6 sx'))).toEqual([
      'ipv6 ::1 six comm1 ',
      'ipv6 ::/0 sx comm2 ',
    ])
  })

  it('count each line for the names that are made, also one that is dropped', () => {
    const configuration = read('rocommunity a 1.2.3.4/0\nrocommunity b', { lenient: true })
    expect(listOf(configuration)).toEqual(['ipv4 0.0.0.0/0 b comm2 '])
    expect(configuration.lines.map(({ role }) => role)).toEqual(['dropped', 'access'])
  })

  it('read a community with an apostrophe as the daemon does, when lenient', () => {
    const configuration = read("rocommunity it's", { lenient: true })
    expect(listOf(configuration)).toEqual(['ipv4 0.0.0.0/0 it comm1 '])
    expect(configuration.warnings).toMatchObject([{ code: 'community-quoted-again' }])
  })
})

describe('com2sec', () => {
  it('keeps the order of the file, with negation and context', () => {
    expect(
      listOf(read('com2sec -Cn alpha s !127.0.0.2 c\ncom2sec s 127.0.0.0/8 "two words"')),
    ).toEqual(['ipv4 !127.0.0.2 c s alpha', 'ipv4 127.0.0.0/8 two words s '])
  })

  it('takes host names that are given addresses', () => {
    const resolve = new Map([['console', ['10.0.0.5', 'fd00::5', 'fd00::6']]])
    const text = 'com2sec s console c\ncom2sec6 s console c'
    expect(listOf(read(text, { resolve }))).toEqual([
      'ipv4 10.0.0.5 c s ',
      'ipv6 fd00::5 c s ',
      'ipv6 fd00::6 c s ',
    ])
  })

  it('takes any octets but blanks without quotation marks, and 255 of them', () => {
    const long = 'k'.repeat(255)
    expect(listOf(read(`com2sec s default ${long}\ncom2sec s default $a#b\\ c`))).toEqual([
      `ipv4 0.0.0.0/0 ${long} s `,
      'ipv4 0.0.0.0/0 $a#b c s ',
    ])
  })

  it('of a local socket leaves no entry', () => {
    expect(read('com2secunix s /run/snmp.sock c').communities).toEqual([])
  })
})

describe('authcommunity', () => {
  it('fills both lists, and one entry for each use that is not read or read and write', () => {
    const configuration = read('authcommunity read,write a\nauthcommunity log|net b 127.0.0.1')
    expect(listOf(configuration)).toEqual([
      'ipv4 0.0.0.0/0 a comm1 ',
      'ipv6 ::/0 a comm1 ',
      'ipv4 127.0.0.1 b comm2 ',
    ])
    expect(accessesOf(configuration)).toEqual([
      `grpcomm1 '' prefix any noAuthNoPriv {"read":"_all_","write":"_all_","notify":"_all_"}`,
      `grpcomm2 '' prefix any noAuthNoPriv {"log":"_all_","net":"_all_"}`,
    ])
  })

  it('takes a source of IPv6, which the daemon complains of without need', () => {
    const configuration = read('authcommunity read six ::1')
    expect(listOf(configuration)).toEqual(['ipv6 ::1 six comm1 '])
    expect(configuration.warnings).toMatchObject([
      { code: 'ipv6-source-in-ipv4-list', source: { line: 1, column: 24 } },
    ])
    expect(configuration.lines[0]?.role).toBe('access')
  })
})

describe('users', () => {
  it('get a group and an entry at level auth of the user-based model', () => {
    const configuration = read('rouser ann\nrwuser o.b priv .1.3 alpha')
    expect(groupsOf(configuration)).toEqual(['grpann usm ann', 'grpo_b usm o.b'])
    expect(accessesOf(configuration)).toEqual([
      `grpann '' prefix usm authNoPriv {"read":"_all_","write":"none","notify":"none"}`,
      `grpo_b 'alpha' exact usm authPriv {"read":"viewUSM2","write":"viewUSM2","notify":"viewUSM2"}`,
    ])
    expect(configuration.users).toMatchObject([
      { user: 'ann', level: 'authNoPriv', group: 'grpann', origin: { line: 1 } },
      { user: 'o.b', level: 'authPriv', group: 'grpo_b', origin: { line: 2 } },
    ])
  })

  it('may have uses and a model of their own', () => {
    const configuration = read('authuser write -s tsm ann noauth')
    expect(groupsOf(configuration)).toEqual(['grpann tsm ann'])
    expect(accessesOf(configuration)).toEqual([
      `grpann '' prefix tsm noAuthNoPriv {"write":"_all_"}`,
    ])
  })

  it('are not made by authgroup, which names a group', () => {
    const configuration = read('authgroup log -s v2c ops noauth')
    expect(groupsOf(configuration)).toEqual([])
    expect(accessesOf(configuration)).toEqual([`ops '' prefix v2c noAuthNoPriv {"log":"_all_"}`])
  })

  it('are made by authGroup with a capital, when lenient', () => {
    const configuration = read('authGroup log -s v2c ops noauth', { lenient: true })
    expect(groupsOf(configuration)).toEqual(['grpops v2c ops'])
    expect(configuration.warnings).toMatchObject([{ code: 'authgroup-case' }])
  })
})

describe('group, view and access', () => {
  it('are kept in the order of the file', () => {
    const configuration = read(
      [
        'GROUP ops V2C name',
        'view v included .1.3.6.1. 0xff:A0',
        'view v excluded 1.3.6.2',
        'access ops "" any noauth exact v none none # note',
        'access ops alpha usm authPriv prefix v v v',
      ].join('\n'),
    )
    expect(groupsOf(configuration)).toEqual(['ops v2c name'])
    expect(viewsOf(configuration)).toEqual(['v +1.3.6.1 ffa0', 'v -1.3.6.2 '])
    expect(accessesOf(configuration)).toEqual([
      `ops '' exact any noAuthNoPriv {"read":"v","write":"none","notify":"none"}`,
      `ops 'alpha' prefix usm authPriv {"read":"v","write":"v","notify":"v"}`,
    ])
    expect(configuration.accesses.map(({ origin }) => origin)).toEqual([
      { file: 'snmpd.conf', line: 4 },
      { file: 'snmpd.conf', line: 5 },
    ])
  })

  it('have the standard views before them', () => {
    expect(read('').views.map(({ view, included, subtree }) => [view, included, subtree])).toEqual([
      ['_all_', true, [0]],
      ['_all_', true, [1]],
      ['_all_', true, [2]],
      ['_none_', false, [0]],
      ['_none_', false, [1]],
      ['_none_', false, [2]],
    ])
  })

  it('read a mask octet of more than two digits as its last two, when lenient', () => {
    const configuration = read('view v included .1 fff0', { lenient: true })
    expect(viewsOf(configuration)).toEqual(['v +1 f0'])
    expect(viewsOf(read('view v included .1 123456789012345f1', { lenient: true }))).toEqual([
      'v +1 f1',
    ])
    expect(configuration.warnings).toMatchObject([{ code: 'view-mask-truncated' }])
  })

  it('are joined by setaccess where the key is the same, and the last match counts', () => {
    const configuration = read(
      [
        'setaccess g "" any noauth exact read v',
        'setaccess g "" any noauth prefix write w',
        'setaccess g "" any auth exact read x',
      ].join('\n'),
    )
    expect(accessesOf(configuration)).toEqual([
      `g '' prefix any noAuthNoPriv {"read":"v","write":"w"}`,
      `g '' exact any authNoPriv {"read":"x"}`,
    ])
    expect(configuration.accesses[0]).toMatchObject({
      origin: { line: 1 },
      viewOrigins: { write: { line: 2 } },
    })
  })

  it('of the same key are kept in order, and setaccess changes the first', () => {
    const line = 'access g "" any noauth exact'
    const configuration = read(
      [`${line} a a a`, `${line} b b b`, 'setaccess g "" any noauth exact log c'].join('\n'),
    )
    expect(accessesOf(configuration)).toEqual([
      `g '' exact any noAuthNoPriv {"read":"a","write":"a","notify":"a","log":"c"}`,
      `g '' exact any noAuthNoPriv {"read":"b","write":"b","notify":"b"}`,
    ])
  })

  it('take authaccess in its real order', () => {
    expect(
      accessesOf(
        read('authaccess read,log g -s v2c v\nauthaccess read g v\nauthaccess net h v priv al*'),
      ),
    ).toEqual([
      `g '' exact v2c noAuthNoPriv {"read":"v","log":"v"}`,
      `g '' exact any authNoPriv {"read":"v"}`,
      `h 'al' prefix any authPriv {"net":"v"}`,
    ])
  })
})

describe('notifications', () => {
  it('go to the sinks, with the last trapcommunity where they name none', () => {
    const { trapSinks } = read(
      'trapsink a\ntrapcommunity tc\ntrap2sink -s 10.0.0.1 -tag x b\ninformsink c own 1162',
    )
    const shown = trapSinks.map(({ kind, host, community, port }) => [
      kind,
      host,
      community && Buffer.from(community).toString(),
      port,
    ])
    expect(shown).toEqual([
      ['trapsink', 'a', null, null],
      ['trap2sink', 'b', 'tc', null],
      ['informsink', 'c', 'own', '1162'],
    ])
  })

  it('of failures are off until they are switched on', () => {
    const switched = ['', 'authtrapenable 1', 'authtrapenable enable', 'authtrapenable 2']
    expect(switched.map((text) => read(text).authTrapEnabled)).toEqual([false, true, true, false])
  })

  it('are taken from everybody where snmptrapd is told so', () => {
    const daemon = 'snmptrapd'
    const switched = ['', 'disableAuthorization yes', 'disableAuthorization no']
    const told = switched.map((text) => read(text, { daemon }).authorizationDisabled)
    expect(told).toEqual([false, true, false])
  })
})

describe('the rest of a file', () => {
  it('is kept byte for byte and passed over', () => {
    const text = '# note\r\nsysLocation  Zürich \n\n  extend x /bin/true "\nrocommunity\tc'
    const configuration = read(text)
    expect(configuration.lines.map(({ directive, role }) => [directive, role])).toEqual([
      [null, 'other'],
      ['syslocation', 'other'],
      [null, 'other'],
      ['extend', 'other'],
      ['rocommunity', 'access'],
    ])
    expect(configuration.lines.map(({ end }) => end)).toEqual(['\r\n', '\n', '\n', '\n', ''])
  })

  it('is read by daemon where it has sections', () => {
    const text = '[snmptrapd]\nrocommunity a\n[snmpd] rocommunity b\n[snmpd]\nrocommunity c'
    expect(
      read(text).communities.map(({ community }) => Buffer.from(community).toString()),
    ).toEqual(['b', 'c'])
  })

  it('passes over what other files hold where that is asked for', () => {
    const configuration = read('includeDir /etc/snmp/snmpd.conf.d', { includes: 'passed-over' })
    expect(configuration.warnings).toMatchObject([{ code: 'include-not-read' }])
    expect(configuration.lines[0]?.role).toBe('other')
  })

  it('carries the daemon, the profile and the contexts that were given', () => {
    expect(read('')).toMatchObject({ daemon: 'snmpd', profile: 'net-snmp', contexts: [] })
    expect(
      read('', { daemon: 'snmptrapd', profile: 'rfc3415', contexts: ['alpha'] }),
    ).toMatchObject({ daemon: 'snmptrapd', profile: 'rfc3415', contexts: ['alpha'] })
  })
})
