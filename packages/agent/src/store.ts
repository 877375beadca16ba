import { join } from 'node:path'
import { z } from 'zod'
import type { AgentConfig } from './config/model.ts'
import { Records } from './records.ts'
import { SampleFiles } from './samples.ts'

/** Who started something: all that is known of a caller. The user is claimed, the address is the socket's. */
export interface Owner {
  /** What the caller calls itself. */
  readonly user: string
  /** Peer address in canonical form. */
  readonly address: string
}

/** A collection that runs, or a policy that is active. */
export interface Activity {
  readonly owner: Owner
  /** Instant, ISO 8601 in UTC. */
  readonly since: string
}

/** A text that the Repository or RuleBaseEngine microagent keeps. */
export interface StoredText {
  readonly text: string
}

/** Everything that an agent keeps in its `dataDir`. */
export interface Store {
  /** Collections that run. */
  readonly collections: Records<Activity>
  /** Policies that are active. */
  readonly policies: Records<Activity>
  /** What collections gathered. */
  readonly samples: SampleFiles
  /** The Repository microagent: rulebases by name. */
  readonly repository: Records<StoredText>
  /** The RuleBaseEngine microagent: loaded rulebases by name. */
  readonly engine: Records<StoredText>
  /** The rulebase map and the schedules of both, by name. */
  readonly documents: Records<StoredText>
}

const ActivitySchema: z.ZodType<Activity> = z.strictObject({
  owner: z.strictObject({ user: z.string(), address: z.string() }),
  since: z.string(),
})

const StoredTextSchema: z.ZodType<StoredText> = z.strictObject({ text: z.string() })

/** Most collections: each costs one line of data at every interval. */
const MAX_COLLECTIONS = 16

/** Most active policies, and most rulebases of either kind: all are listed in one answer. */
const MAX_POLICIES = 256
const MAX_RULEBASES = 64

/** Opens the store of a `dataDir`. Nothing is read or made yet. */
export function openStore({ dataDir }: Pick<AgentConfig, 'dataDir'>): Store {
  const texts = (name: string) => new Records(join(dataDir, name), StoredTextSchema, MAX_RULEBASES)
  return {
    collections: new Records(join(dataDir, 'collections'), ActivitySchema, MAX_COLLECTIONS),
    policies: new Records(join(dataDir, 'policies'), ActivitySchema, MAX_POLICIES),
    samples: new SampleFiles(join(dataDir, 'samples')),
    repository: texts('repository'),
    engine: texts('engine'),
    documents: texts('documents'),
  }
}

/** Whether two owners are the same as far as anybody can tell. */
export function sameOwner(one: Owner, other: Owner): boolean {
  return one.user === other.user && one.address === other.address
}
