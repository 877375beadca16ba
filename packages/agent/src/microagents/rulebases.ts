import { MAX_ARGUMENT_CHARACTERS } from '@gatehouse/protocol'
import { z } from 'zod'
import { Failure } from '../failure.ts'
import type { Records } from '../records.ts'
import type { StoredText } from '../store.ts'
import { method, nameArgument, type Host, type Method } from './method.ts'

const text = z.string().max(MAX_ARGUMENT_CHARACTERS)

/** Where a microagent keeps its rulebases. */
export type Shelf = (host: Host) => Records<StoredText>

/** The methods that Repository and RuleBaseEngine share: each on its own shelf. Names are the vendor's. */
export function ruleBaseMethods(
  owner: 'repository' | 'engine',
  shelf: Shelf,
): Readonly<Record<string, Method>> {
  return {
    getRuleBases: method({
      impact: 'INFO',
      description: 'the texts of all rulebases, or of the one that is named',
      arguments: { name: nameArgument.optional() },
      run: async ({ name }, host) => {
        if (name !== undefined) return { ruleBases: { [name]: await textOf(shelf(host), name) } }
        const all = [...(await shelf(host).list())]
        return { ruleBases: Object.fromEntries(all.map(([key, value]) => [key, value.text])) }
      },
    }),
    addRuleBase: method({
      impact: 'ACTION',
      description: 'adds a rulebase',
      arguments: { name: nameArgument, text },
      run: async (args, host) => {
        const added = await shelf(host).add(args.name, { text: args.text })
        if (!added) throw new Failure('object-exists', { field: 'arguments.name' })
        return { added: args.name }
      },
    }),
    updateRuleBase: method({
      impact: 'ACTION',
      description: 'replaces the text of a rulebase',
      arguments: { name: nameArgument, text },
      run: async (args, host) => {
        await textOf(shelf(host), args.name)
        await shelf(host).put(args.name, { text: args.text })
        return { updated: args.name }
      },
    }),
    deleteRuleBase: method({
      impact: 'ACTION',
      description: 'removes a rulebase',
      arguments: { name: nameArgument },
      run: async ({ name }, host) => {
        if (!(await shelf(host).remove(name))) throw notThere()
        return { deleted: name }
      },
    }),
    getRBMap: readDocument(`${owner}-map`, 'the map of rulebases to agents'),
    setRBMap: writeDocument(`${owner}-map`, 'replaces the map of rulebases to agents'),
    getSchedules: readDocument(`${owner}-schedules`, 'the schedules'),
    setSchedules: writeDocument(`${owner}-schedules`, 'replaces the schedules'),
  }
}

/**
 * The text of one rulebase.
 *
 * @throws Failure with `no-such-object`.
 */
export async function textOf(records: Records<StoredText>, name: string): Promise<string> {
  const stored = await records.read(name)
  if (stored === undefined) throw notThere()
  return stored.text
}

function notThere(): Failure {
  return new Failure('no-such-object', { field: 'arguments.name' })
}

function readDocument(name: string, description: string): Method {
  return method({
    impact: 'INFO',
    description,
    arguments: {},
    run: async (_, { store }) => ({ text: (await store.documents.read(name))?.text ?? '' }),
  })
}

function writeDocument(name: string, description: string): Method {
  return method({
    impact: 'ACTION',
    description,
    arguments: { text },
    run: async (args, { store }) => {
      await store.documents.put(name, { text: args.text })
      return { characters: args.text.length }
    },
  })
}
