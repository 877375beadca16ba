/** What a task tells the tool that it runs. */
export interface TaskFacts {
  /** Who asked. */
  readonly user: string
  /** Which job it is. */
  readonly taskId: string
  /** Name of the tool. */
  readonly tool: string
  /** Systems that this run is for: the one where it runs, or all where it runs once for all. */
  readonly targets: readonly string[]
  /** The management server, as its files call it. */
  readonly cms: string
  /** X display of who asked. Default: none. */
  readonly display?: string
}

/** The variables of a task, by name. Names of targets stand with blanks between them: none has one inside. */
export function taskVariables(facts: TaskFacts): Readonly<Record<string, string>> {
  const { user, taskId, tool, targets, cms, display } = facts
  return {
    MX_USER: user,
    MX_TASKID: taskId,
    MX_TOOL: tool,
    MX_TARGETS: targets.join(' '),
    MX_CMS: cms,
    MX_REPOSITORY: cms,
    ...(display !== undefined && { DISPLAY: display }),
  }
}
