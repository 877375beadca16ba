import type { Reason } from '@gatehouse/core'
import type { Code } from '../codes.ts'
import type { AccessEntry, ViewType } from '../model.ts'
import type { AccessPath } from '../verdict.ts'
import { viewOf } from '../view/view-of.ts'
import type { View } from '../view/view.ts'

/** The path of a sender that has an access entry. */
export type ResolvedPath = AccessPath & { readonly access: AccessEntry }

/** A sender with an access entry, and the views that it names. */
export class Resolved {
  readonly path: ResolvedPath
  readonly #all: ReadonlyMap<string, View>
  readonly #asked = new Map<ViewType, View | Reason<Code>>()

  constructor(path: ResolvedPath, views: ReadonlyMap<string, View>) {
    this.path = path
    this.#all = views
  }

  /** The view for a type, or why there is none. */
  view(type: ViewType): View | Reason<Code> {
    const known = this.#asked.get(type)
    if (known !== undefined) return known
    const view = viewOf(this.#all, this.path.access, type)
    this.#asked.set(type, view)
    return view
  }
}

/** A sender that access control stopped, and why. */
export interface Stopped {
  readonly path: AccessPath
  readonly stopped: Reason<Code>
}
