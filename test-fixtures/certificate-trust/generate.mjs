// Makes openssl.json anew: chains by the openssl command, in the form of x509-limbo. Needs openssl 3.
// node generate.mjs
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const FROM = '20260101000000Z'
const UNTIL = '21260101000000Z'
const AT = '2026-11-22T12:00:00Z'
const HOST = 'web01.example.com'

const folder = mkdtempSync(join(tmpdir(), 'chains-'))
const openssl = (...args) => execFileSync('openssl', args.flat(), { cwd: folder, stdio: 'pipe' })
const read = (file) => readFileSync(join(folder, file), 'utf8')

const AUTHORITY = [
  'basicConstraints=critical,CA:TRUE',
  'keyUsage=critical,keyCertSign,cRLSign',
  'subjectKeyIdentifier=hash',
]
const SERVER = [
  `subjectAltName=DNS:${HOST},IP:192.0.2.1`,
  'extendedKeyUsage=serverAuth',
  'keyUsage=critical,digitalSignature',
  'subjectKeyIdentifier=hash',
]
const NAMED = 'authorityKeyIdentifier=keyid'

/** Kinds of the keys made, by name. */
const kinds = {}

function key(name, kind) {
  kinds[name] = kind
  const options = {
    rsa: ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'],
    'rsa-short': ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:1024'],
    ec: ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'],
    'ec-384': ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-384'],
    ed25519: ['-algorithm', 'ED25519'],
  }
  openssl('genpkey', ...options[kind], '-out', `${name}.key`)
}

/** Issues by `openssl ca`, which is the command that takes dates. */
function issue(name, issuer, { kind, extensions, digest = 'sha256', until = UNTIL, serial }) {
  key(name, kind)
  const isSelf = issuer === name
  if (isSelf) open(issuer)
  const database = join(`${issuer}.db`, 'index.txt')
  writeFileSync(join(folder, `${issuer}.db`, 'serial'), `${serial}\n`)
  writeFileSync(
    join(folder, 'config'),
    [
      '[ca]',
      'default_ca=own',
      '[own]',
      `database=${database}`,
      `serial=${issuer}.db/serial`,
      `crlnumber=${issuer}.db/number`,
      'new_certs_dir=.',
      `default_md=${kinds[issuer] === 'ed25519' ? 'null' : digest}`,
      'policy=any',
      'default_crl_days=36500',
      'x509_extensions=extensions',
      'unique_subject=no',
      '[any]',
      'organizationName=optional',
      'commonName=supplied',
      '[extensions]',
      ...extensions,
      ...(isSelf ? [] : [NAMED]),
      '[list]',
      NAMED,
      '',
    ].join('\n'),
  )
  openssl('req', '-new', '-key', `${name}.key`, '-subj', `/O=Example/CN=${name}`, '-out', 'csr')
  const signer = isSelf
    ? ['-selfsign', '-keyfile', `${name}.key`]
    : ['-cert', `${issuer}.pem`, '-keyfile', `${issuer}.key`]
  openssl(
    ['ca', '-batch', '-notext', '-config', 'config', '-in', 'csr', '-out', `${name}.pem`],
    ['-startdate', FROM, '-enddate', until, ...signer],
  )
  return read(`${name}.pem`)
}

/** A list of everything revoked until now, current for the next century. */
function listOf(issuer, revoked = []) {
  for (const pem of revoked) {
    writeFileSync(join(folder, 'revoked.pem'), pem)
    openssl(
      ['ca', '-config', 'config', '-revoke', 'revoked.pem', '-crl_reason', 'keyCompromise'],
      ['-cert', `${issuer}.pem`, '-keyfile', `${issuer}.key`],
    )
  }
  openssl(
    ['ca', '-config', 'config', '-gencrl', '-crlexts', 'list', '-out', 'list.pem'],
    ['-crl_lastupdate', '20261101000000Z', '-crl_nextupdate', UNTIL],
    ['-cert', `${issuer}.pem`, '-keyfile', `${issuer}.key`],
  )
  return read('list.pem')
}

const cases = []

/** @param {'SUCCESS' | 'FAILURE'} expected */
function add(id, expected, description, given, changes = {}) {
  cases.push({
    id,
    description,
    validation_kind: 'SERVER',
    trusted_certs: [given.root],
    untrusted_intermediates: given.between,
    peer_certificate: given.leaf,
    validation_time: AT,
    signature_algorithms: [],
    key_usage: [],
    extended_key_usage: [],
    expected_result: expected,
    expected_peer_name: { kind: 'DNS', value: HOST },
    expected_peer_names: [],
    max_chain_depth: null,
    crls: [],
    ...changes,
  })
}

/** What `openssl ca` needs of an authority. */
function open(name) {
  mkdirSync(join(folder, `${name}.db`))
  writeFileSync(join(folder, `${name}.db`, 'index.txt'), '')
  writeFileSync(join(folder, `${name}.db`, 'number'), '01\n')
}

let made = 0

/** Root, one authority between (or two), server; each with what is changed about it. */
function chain({ kind = 'ec', root = {}, between = {}, leaf = {}, isLong = false } = {}) {
  made += 1
  const serial = `10${String(made).padStart(4, '0')}`
  const names = { root: `Root ${made}`, between: `Between ${made}`, leaf: `Server ${made}` }
  const found = {
    names,
    root: issue(names.root, names.root, {
      kind,
      extensions: AUTHORITY,
      serial: `${serial}01`,
      ...root,
    }),
    between: [
      issue(names.between, names.root, {
        kind,
        extensions: AUTHORITY,
        serial: `${serial}02`,
        ...between,
      }),
    ],
  }
  open(names.between)
  let issuer = names.between
  if (isLong) {
    issuer = `Below ${made}`
    const below = { kind, extensions: AUTHORITY, serial: `${serial}04` }
    found.between.unshift(issue(issuer, names.between, below))
    open(issuer)
  }
  found.leaf = issue(names.leaf, issuer, {
    kind,
    extensions: SERVER,
    serial: `${serial}03`,
    ...leaf,
  })
  return found
}

for (const kind of ['rsa', 'ec', 'ec-384', 'ed25519']) {
  add(`own::key-${kind}`, 'SUCCESS', `A chain with keys of kind ${kind}.`, chain({ kind }))
}
for (const kind of ['rsa', 'ec']) {
  const description = `Two authorities between, with keys of kind ${kind}.`
  add(`own::long-${kind}`, 'SUCCESS', description, chain({ kind, isLong: true }))
}
const good = chain()
add('own::address', 'SUCCESS', 'The peer is looked for by its address.', good, {
  expected_peer_name: { kind: 'IP', value: '192.0.2.1' },
})
add('own::other-name', 'FAILURE', 'The peer has another name.', good, {
  expected_peer_name: { kind: 'DNS', value: 'web02.example.com' },
})
add('own::other-root', 'FAILURE', 'Another root is trusted.', { ...good, root: chain().root })
add('own::no-between', 'FAILURE', 'The certificate between is missing.', { ...good, between: [] })
add('own::expired', 'FAILURE', 'The certificate has expired.', chain({ leaf: { until: '20261101000000Z' } }))
add(
  'own::between-no-authority',
  'FAILURE',
  'Somebody issued a certificate with that of a server.',
  chain({ between: { extensions: SERVER } }),
)
add('own::short-key', 'FAILURE', 'The key has 1024 bits.', chain({ leaf: { kind: 'rsa-short' } }))
add('own::sha1', 'FAILURE', 'The signature is over SHA-1.', chain({ kind: 'rsa', leaf: { digest: 'sha1' } }))
add(
  'own::client',
  'FAILURE',
  'The certificate is for clients.',
  chain({
    leaf: { extensions: SERVER.map((line) => line.replace('serverAuth', 'clientAuth')) },
  }),
)

const listed = chain()
const ofBetween = listOf(listed.names.between)
add('own::list-of-one-only', 'FAILURE', 'There is no list of the root.', listed, { crls: [ofBetween] })
const revoked = chain()
add('own::revoked', 'FAILURE', 'The list has the certificate.', revoked, {
  crls: [listOf(revoked.names.between, [revoked.leaf])],
})

const document = { version: 1, testcases: cases }
writeFileSync(new URL('openssl.json', import.meta.url), `${JSON.stringify(document, null, 1)}\n`)
rmSync(folder, { recursive: true })
