import type { Account, ConfigRight, PrincipalKind } from './model.ts'
import { isName } from './names.ts'
import { readEntries, ShapedElement, type Shape } from './shape.ts'
import { readRanges, reportOverlaps, type WrittenRange } from './sign-in-ranges.ts'
import { quoted, type TextPlaces } from './text-places.ts'
import type { WrittenFile } from './written.ts'

const ACCOUNT: Shape = {
  attributes: [
    'name',
    'guid',
    'description',
    'trusted',
    'config-rights',
    'ip-inclusion-ranges',
    'ip-exclusion-ranges',
  ],
  required: ['name'],
  long: ['ip-inclusion-ranges', 'ip-exclusion-ranges'],
}

/** Elements of the two files of accounts. */
export const ACCOUNT_ELEMENTS = {
  user: { root: 'user-list', entry: 'user' },
  'user-group': { root: 'user-group-list', entry: 'user-group' },
} as const

/** Configuration rights, the least first. */
export const CONFIG_RIGHTS = ['none', 'limited', 'full'] as const

/** Reads a list of users, or of user groups. */
export function readAccounts(places: TextPlaces, kind: PrincipalKind): WrittenFile<Account> {
  const { root, entry } = ACCOUNT_ELEMENTS[kind]
  return readEntries(places, root, [entry], (child) => {
    const shaped = new ShapedElement(child, ACCOUNT, places)
    const included = rangesOf(shaped, 'ip-inclusion-ranges', places)
    const excluded = rangesOf(shaped, 'ip-exclusion-ranges', places)
    if (included.length + excluded.length > 1) reportOverlaps([...included, ...excluded], places)
    return Object.freeze({
      kind,
      name: readName(shaped, places),
      guid: shaped.value('guid'),
      description: shaped.value('description'),
      configRight: configRightOf(shaped),
      included: textsOf(included),
      excluded: textsOf(excluded),
      source: shaped.source,
      comments: Object.freeze(child.comments),
    })
  })
}

/** The `name` attribute of an account, a system or a group of systems; a bad one is reported. */
export function readName(
  shaped: ShapedElement,
  places: TextPlaces,
  attributeName = 'name',
): string {
  const attribute = shaped.find(attributeName)
  if (attribute !== undefined && !isName(attribute.value)) {
    const { value, valueOffset } = attribute
    places.report('name-malformed', valueOffset, value.length, quoted(value))
  }
  return attribute?.value ?? ''
}

/** `config-rights` counts before `trusted`; without either it is `limited`. */
function configRightOf(shaped: ShapedElement): ConfigRight {
  const trusted = shaped.flag('trusted', false)
  return shaped.word('config-rights', CONFIG_RIGHTS) ?? (trusted ? 'full' : 'limited')
}

function textsOf(ranges: readonly WrittenRange[]): readonly string[] {
  return ranges.length === 0 ? NO_RANGES : Object.freeze(ranges.map(({ text }) => text))
}

/** What most accounts have. */
const NO_RANGES: readonly never[] = Object.freeze([])

function rangesOf(
  shaped: ShapedElement,
  name: string,
  places: TextPlaces,
): readonly WrittenRange[] {
  const attribute = shaped.find(name)
  return attribute === undefined
    ? NO_RANGES
    : readRanges(attribute.value, attribute.valueOffset, places)
}
