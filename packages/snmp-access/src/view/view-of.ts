import type { Reason } from '@gatehouse/core'
import type { Code } from '../codes.ts'
import type { AccessEntry, ViewType } from '../model.ts'
import type { View } from './view.ts'

/** The view that an access entry names for a type, or why there is none. */
export function viewOf(
  views: ReadonlyMap<string, View>,
  access: AccessEntry,
  type: ViewType,
): View | Reason<Code> {
  const name = access.views[type] ?? ''
  const view = views.get(name)
  if (view !== undefined && name !== '') return view
  const source = access.viewOrigins?.[type] ?? access.origin
  return name === ''
    ? { code: 'view-not-named', source, facts: { type } }
    : { code: 'view-missing', source, facts: { type, view: name } }
}
