import type { EntryModel, GroupEntry, SecurityModel } from '../model.ts'

/** Models in the order of their numbers: `any` comes first and so always wins. */
export const MODEL_NUMBERS: Readonly<Record<EntryModel, number>> = {
  any: 0,
  v1: 1,
  v2c: 2,
  usm: 3,
  tsm: 4,
  ksm: 2_066_432,
}

/** Which group a security name is in, by model. */
export class GroupTable {
  readonly #byName = new Map<string, Map<EntryModel, GroupEntry>>()

  /** @param entries - In file order; of those with the same model and name the first counts. */
  constructor(entries: readonly GroupEntry[]) {
    for (const entry of entries) {
      const models = this.#byName.get(entry.securityName) ?? new Map<EntryModel, GroupEntry>()
      this.#byName.set(entry.securityName, models)
      if (!models.has(entry.model)) models.set(entry.model, entry)
    }
  }

  /** The entry that counts: one for `any` model before one for the very model. */
  find(model: SecurityModel, securityName: string): GroupEntry | undefined {
    const models = this.#byName.get(securityName)
    return models?.get('any') ?? models?.get(model)
  }

  /** An entry of the name for another model, to say why there is no group. */
  findOther(securityName: string): GroupEntry | undefined {
    return this.#byName.get(securityName)?.values().next().value
  }
}
