import { FormError, list, record, string } from './form.ts'

/** One configuration of a file of SNMP vectors. */
export interface SnmpConfiguration {
  readonly text: string
  /** Everything else that stands beside its lines. */
  readonly fields: Readonly<Record<string, unknown>>
}

/** A file of SNMP vectors, its format checked. */
export interface SnmpDocument {
  /** Everything that stands beside configurations and vectors. */
  readonly root: Readonly<Record<string, unknown>>
  readonly configurations: ReadonlyMap<string, SnmpConfiguration>
  readonly vectors: readonly Readonly<Record<string, unknown>>[]
}

/** Reads what both files of SNMP vectors share. @throws FormError for anything else. */
export function readSnmpDocument(document: unknown, format: string): SnmpDocument {
  const root = record(document, 'the document')
  if (root['format'] !== format) throw new FormError(`format is not \`${format}\``)
  const configurations = new Map<string, SnmpConfiguration>()
  for (const [index, item] of list(root['configs'], 'configs').entries()) {
    const fields = record(item, `configs[${index}]`)
    const id = string(fields['id'], `configs[${index}].id`)
    const lines = list(fields['lines'], `${id}.lines`).map((line) => string(line, `${id}.lines`))
    configurations.set(id, { text: lines.map((line) => `${line}\n`).join(''), fields })
  }
  const vectors = list(root['vectors'], 'vectors').map((item, index) =>
    record(item, `vectors[${index}]`),
  )
  if (vectors.length === 0) throw new FormError('there is no vector')
  return { root, configurations, vectors }
}

/** The configuration that a vector names. @throws FormError when there is none of the name. */
export function configurationOf(
  { configurations }: SnmpDocument,
  { id, config }: Readonly<Record<string, unknown>>,
): SnmpConfiguration {
  const name = string(id, 'id')
  const found = configurations.get(string(config, `${name}.config`))
  if (found === undefined) throw new FormError(`${name}.config is not in the file`)
  return found
}
