import type { DefaultTarget, Tool } from './model.ts'

/** What the definition of a tool says about its runs, in objects of one form: those of a state have many. */
export interface ToolRun {
  readonly acceptsTargets: boolean
  readonly actsOnCms: boolean
  /** Most targets of one run; infinite without a limit. */
  readonly maxTargets: number
  readonly defaultTarget: DefaultTarget
}

/** Takes from the definition of a tool what every request asks for. */
export function toolRunOf({ acceptsTargets, actsOnCms, maxTargets, defaultTarget }: Tool): ToolRun {
  return { acceptsTargets, actsOnCms, maxTargets: maxTargets ?? Infinity, defaultTarget }
}
