import type { ConfigRight } from './model.ts'
import { ALL_TOOLS, MONITOR_TOOLS } from './names.ts'

/** What a user made from a template gets. */
export interface Template {
  /** Its configuration right. */
  readonly configRight: ConfigRight
  /** Its toolbox on the management server. */
  readonly onCms: string
  /** Its toolbox on the group {@link ALL_MANAGED_SYSTEMS}. */
  readonly onManaged: string
}

/** The group that templates authorize for. */
export const ALL_MANAGED_SYSTEMS = 'All Managed Systems'

/** The three templates that the management server is installed with, by name. */
export const TEMPLATES: ReadonlyMap<string, Template> = new Map([
  ['Administrator-template', template('full', ALL_TOOLS, ALL_TOOLS)],
  ['Operator-template', template('limited', MONITOR_TOOLS, ALL_TOOLS)],
  ['User-template', template('none', MONITOR_TOOLS, MONITOR_TOOLS)],
])

function template(configRight: ConfigRight, onCms: string, onManaged: string): Template {
  return Object.freeze({ configRight, onCms, onManaged })
}
