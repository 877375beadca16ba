import { describe, expect, it } from 'vitest'
import { listen, ObjectTree, type ObjectInstance } from '../../src/engine/index.ts'
import { compareOids, type Oid } from '../../src/index.ts'
import { UserTable, type Value } from '../../src/message/index.ts'
import { configurationOf, FILE, type Vector, type VectorConfiguration } from '../vector-file.ts'
import { oidOf } from '../vector-mib.ts'
import { programPath } from './peer-daemons.ts'
import { makeResponder } from './served.ts'
import { askAll, hasAddress, usmUser, valueOf, type Reply } from './vector-client.ts'
import { randomRequests } from './random-requests.ts'
import { startVectorDaemon, type VectorDaemon } from './vector-daemon.ts'

const isInstalled = programPath('snmpd') !== undefined

const title = isInstalled ? 'snmpd and the responder' : 'needs snmpd: snmpd and the responder'

const SNMP_GROUP: Oid = [1, 3, 6, 1, 2, 1, 11]

/** Contexts need a second daemon behind a proxy, Counter64 a script: those vectors stay recorded ones. */
const CONFIGURATIONS = FILE.configs.filter(
  ({ contexts, extraMib = [] }) => contexts.length === 0 && extraMib.length === 0,
)

/** The objects of the vectors; what is set stays set. */
function objectsOfVectors(): readonly ObjectInstance[] {
  return FILE.mib.map(({ oid, type, access, value }): ObjectInstance => {
    let present = valueOf(type, value ?? '')
    const commit = (given: Value): 'noError' => {
      present = given
      return 'noError'
    }
    return {
      oid: oidOf(oid),
      get value() {
        return present
      },
      ...(access === 'rw' && { write: { test: () => 'noError' as const, commit } }),
    }
  })
}

async function startResponder(config: VectorConfiguration): Promise<VectorDaemon> {
  const tree = new ObjectTree()
  const users = new UserTable(FILE.users.map(usmUser))
  const { responder } = makeResponder(tree, configurationOf(config, 'net-snmp'), {
    users,
    // The daemon fills what the sender takes, and looks at no packet of Ethernet.
    limits: { maxResponseBytes: 65_507 },
  })
  const objects = objectsOfVectors()
  for (const subtree of ['1.3.6.1.2.1.1', '1.3.6.1.2.1.2', '1.3.6.1.4.1'].map(oidOf)) {
    tree.register(subtree, () => objects.filter(({ oid }) => isWithin(oid, subtree)))
  }
  tree.register(SNMP_GROUP, () =>
    responder.objects().filter(({ oid }) => isWithin(oid, SNMP_GROUP)),
  )
  const { addresses, close } = await listening(responder)
  const [ipv4 = 0, ipv6 = 0] = addresses.map(({ port }) => port)
  return { ipv4, ipv6, stop: close }
}

async function listening(responder: Parameters<typeof listen>[0]) {
  const opened = await listen(responder, {
    addresses: [
      { address: '127.0.0.1', port: 0 },
      { address: '::1', port: 0 },
    ],
  })
  return { addresses: opened.addresses, close: async () => await opened.close() }
}

/** What was seen when the vectors were made. */
function kindOf({ result }: Vector['expect']): Reply['reply'] {
  if (result === 'timeout') return 'silence'
  return result.startsWith('report:') ? 'report' : 'response'
}

function reachesTheEnd(reply: Reply | undefined): boolean {
  return reply?.varbinds?.some((varbind) => varbind.endsWith('endOfMibView')) === true
}

function isWithin(oid: Oid, subtree: Oid): boolean {
  return compareOids(oid.slice(0, subtree.length), subtree) === 0
}

describe.skipIf(!isInstalled)(title, () => {
  it('are asked 301 vectors: all but the 36 of contexts and Counter64', () => {
    const asked = FILE.vectors.filter(({ config }) =>
      CONFIGURATIONS.some(({ id }) => id === config),
    )
    expect(asked).toHaveLength(301)
  })

  it.each(CONFIGURATIONS)('answer alike: $id', async (config) => {
    const own = FILE.vectors.filter((vector) => vector.config === config.id)
    const reachable = await Promise.all(
      own.map(async ({ request }) => await hasAddress(request.source)),
    )
    const vectors = own.filter((_, at) => reachable[at])
    const daemons = [await startVectorDaemon(config), await startResponder(config)]
    try {
      const replies = await askAll(vectors, daemons)
      const [theirs, ours] = [0, 1].map((agent) =>
        vectors.map(({ id }, at) => ({ id, ...replies[at]?.[agent] })),
      )
      expect(ours).toEqual(theirs)
      expect(theirs?.map(({ reply }) => reply)).toEqual(
        vectors.map(({ expect: seen }) => kindOf(seen)),
      )
    } finally {
      await Promise.all(daemons.map(async (daemon) => await daemon.stop()))
    }
  })

  it.each([1, 2, 3])('answer alike what was thought out by chance: seed %d', async (seed) => {
    const lines = [
      'rwcommunity all',
      'view some included .1.3.6.1.4.1.424242',
      'view some excluded .1.3.6.1.4.1.424242.2.1.2',
      'view some included .1.3.6.1.2.1.2.2.1.0.2 ff:a0',
      'rwcommunity some default -V some',
      'rwuser u_none noauth .1.3.6.1.4.1.424242',
      'rwuser u_auth auth',
      'rouser u_md5 auth .1.3.6.1.2.1.2',
      'rwuser u_priv priv',
    ]
    const config = { id: 'random', lines, authTrapEnabled: true, contexts: [] }
    const vectors = randomRequests(200, seed)
    const daemons = [await startVectorDaemon(config), await startResponder(config)]
    try {
      const replies = await askAll(vectors, daemons)
      const different = vectors
        .map(({ request }, at) => ({ request, theirs: replies[at]?.[0], ours: replies[at]?.[1] }))
        // When the column of a GETBULK ends the daemon names another one, or says genErr.
        .filter(({ request, ours }) => request.pdu !== 'getbulk' || !reachesTheEnd(ours))
        .filter(({ theirs, ours }) => JSON.stringify(theirs) !== JSON.stringify(ours))
      expect(different).toEqual([])
    } finally {
      await Promise.all(daemons.map(async (daemon) => await daemon.stop()))
    }
  })
})
