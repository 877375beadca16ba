import { describeWith, type Finding, type Severity } from '@gatehouse/core'

/** What {@link lint} can find, with a sentence for each. Part of the interface. */
export const LINT_CODES = {
  /** Take the tool out of Monitor Tools: that toolbox is for showing, and templates give it to every user. */
  'monitor-tools-as-root': 'Monitor Tools holds a tool that runs as root or administrator',
  /** Take the tool out of Monitor Tools: that toolbox is for showing, and templates give it to every user. */
  'monitor-tools-reach-agents':
    'Monitor Tools holds a tool with administrator access to Web agents',
  /** Make sure that whoever may run the tool may do as that account what its command lets them. */
  'runs-as-root': 'users without full rights may run a tool as root or administrator',
  /** Make sure that whoever may run the tool may be administrator of the Web agents of its targets. */
  'agent-administrator': 'users without full rights may be administrator of Web agents by a tool',
  /** Give full rights to users by name: who is in the group, the operating system decides. */
  'group-has-full-rights':
    'members of a group of the operating system have full configuration rights',
  /** Limit where the user may sign in from. */
  'full-rights-from-anywhere': 'a user with full configuration rights may sign in from any address',
  /** Rename one of the two; both exist, and whoever means one may get the other. */
  'names-differ-in-case': 'the name differs only in case from another one',
  /** Keep what `format` writes: each time the file is read, the wildcard is what is configured then. */
  'wildcard-in-file': 'a wildcard is resolved anew each time that the file is read',
  /** Authorize the toolbox on the management server as well, or those tools stay unusable. */
  'cms-authorization-missing':
    'the toolbox holds tools that act on the management server, where it is not authorized',
  /** Enable the toolbox, or remove the authorization. */
  'toolbox-disabled': 'the authorization is by a disabled toolbox',
  /** Put tools into the toolbox, or remove the authorization. */
  'toolbox-empty': 'the authorization is by a toolbox that holds no tool',
  /** Fill the group, or remove the authorization. */
  'group-empty': 'the authorization is for a group without systems',
  /** Remove the authorization, unless it is meant to outlive the other one. */
  'authorization-redundant': 'another authorization gives everything that this one gives',
  /** Remove the owner when the tool was looked at, or the toolboxes from its definition. */
  'owned-tool-in-toolboxes': 'the tool names toolboxes, and its owner keeps it out of them',
} as const

/** A code of {@link LINT_CODES}. */
export type LintCode = keyof typeof LINT_CODES

/** How much each finding matters. */
export const SEVERITIES: Readonly<Record<LintCode, Severity>> = {
  'monitor-tools-as-root': 'error',
  'monitor-tools-reach-agents': 'error',
  'runs-as-root': 'warning',
  'agent-administrator': 'warning',
  'group-has-full-rights': 'warning',
  'full-rights-from-anywhere': 'note',
  'names-differ-in-case': 'warning',
  'wildcard-in-file': 'warning',
  'cms-authorization-missing': 'warning',
  'toolbox-disabled': 'note',
  'toolbox-empty': 'note',
  'group-empty': 'note',
  'authorization-redundant': 'note',
  'owned-tool-in-toolboxes': 'note',
}

/** One line for people: the sentence of a finding's code, its facts and its line. */
export const describeFinding: (finding: Finding<LintCode>) => string = describeWith(LINT_CODES)
