import { describe, expect, it } from 'vitest'
import * as toolbox from '../src/index.ts'
import { stateOf, WORLD, type Texts } from './states.ts'

/** The world, less what it is meant to show elsewhere: nothing in it is to be found. */
const CLEAN: Texts = {
  users: `<user-list>
<user name="root" config-rights="full" ip-inclusion-ranges="127.0.0.1"/>
<user name="ann"/>
</user-list>`,
  tools: `<tool-list>
<ssa-command-tool name="uptime"><toolbox toolbox-name="Monitor Tools"/></ssa-command-tool>
<ssa-command-tool name="restart"><execute-as-user>www</execute-as-user><toolbox toolbox-name="Web"/></ssa-command-tool>
</tool-list>`,
  authorizations: 'root:All Tools:n:cms\nann:Web:g:webs\nann:Monitor Tools:n:web01\n',
}

function tools(...entries: string[]): Texts {
  return { tools: `<tool-list>\n${entries.join('\n')}\n</tool-list>` }
}

function tool(inner: string, attributes = 'name="t"'): string {
  return `<ssa-command-tool ${attributes}>${inner}</ssa-command-tool>`
}

const AS_ROOT = '<execute-as-user>root</execute-as-user>'
const IN_WEB = '<toolbox toolbox-name="Web"/>'
const IN_MONITOR = '<toolbox toolbox-name="Monitor Tools"/>'
const AGENTS = 'name="t" secure-task="administrator"'
const lines = (...text: string[]): Texts => ({ authorizations: text.join('\n') })

/** What is found in the clean world with some files exchanged, and what is not. */
const CASES: Record<toolbox.LintCode, { bad: [Texts, string, number]; good: Texts }> = {
  'monitor-tools-as-root': {
    bad: [tools(tool(AS_ROOT + IN_MONITOR)), 'tools', 2],
    good: tools(tool(`<execute-as-user>nobody</execute-as-user>${IN_MONITOR}`)),
  },
  'monitor-tools-reach-agents': {
    bad: [tools(tool(IN_MONITOR, AGENTS)), 'tools', 2],
    good: tools(tool(IN_MONITOR, 'name="t" secure-task="user"')),
  },
  'runs-as-root': {
    bad: [tools(tool(AS_ROOT + IN_WEB)), 'tools', 2],
    good: { ...tools(tool(AS_ROOT + IN_WEB)), ...lines('root:Web:n:web01') },
  },
  'agent-administrator': {
    bad: [tools(tool(IN_WEB, 'name="Replicate Agent Settings"')), 'tools', 2],
    good: tools(tool(IN_WEB, 'name="System Management Homepage As Operator"')),
  },
  'group-has-full-rights': {
    bad: [
      {
        userGroups:
          '<user-group-list><user-group name="g" config-rights="full"/></user-group-list>',
      },
      'userGroups',
      1,
    ],
    good: { userGroups: '<user-group-list><user-group name="g"/></user-group-list>' },
  },
  'full-rights-from-anywhere': {
    bad: [{ users: WORLD.users }, 'users', 2],
    good: {},
  },
  'names-differ-in-case': {
    bad: [
      { users: (CLEAN.users ?? '').replace('</user-list>', '<user name="Ann"/></user-list>') },
      'users',
      4,
    ],
    good: {},
  },
  'wildcard-in-file': { bad: [lines('ann:Web:g:*'), 'authorizations', 1], good: {} },
  'cms-authorization-missing': {
    bad: [tools(tool(IN_WEB, 'name="t" acts-on-cms="true"')), 'authorizations', 2],
    good: {
      ...tools(tool(IN_WEB, 'name="t" acts-on-cms="true"')),
      ...lines('ann:Web:g:webs', 'ann:Web:n:cms'),
    },
  },
  'toolbox-disabled': { bad: [lines('ann:Closed:n:web01'), 'authorizations', 1], good: {} },
  'toolbox-empty': {
    bad: [tools(tool(IN_MONITOR)), 'authorizations', 2],
    good: lines('ann:Limited Rights:n:cms'),
  },
  'group-empty': {
    bad: [
      { groups: '<node-group-list><node-group name="webs"/></node-group-list>' },
      'authorizations',
      2,
    ],
    good: {},
  },
  'authorization-redundant': {
    bad: [lines('ann:Web:n:web01', 'ann:Web:g:webs'), 'authorizations', 1],
    good: lines('ann:Web:n:db01', 'ann:Web:g:webs'),
  },
  'owned-tool-in-toolboxes': {
    bad: [tools(tool(`<owner>ann</owner>${IN_WEB}`)), 'tools', 2],
    good: tools(tool('<owner>ann</owner>')),
  },
}

function found(texts: Texts, code: string): object[] {
  return toolbox
    .lint(stateOf({ ...CLEAN, ...texts }))
    .filter((finding) => finding.code === code)
    .map(({ source }) => source)
}

describe('lint', () => {
  it('finds nothing in a clean world', () => {
    expect(toolbox.lint(stateOf(CLEAN))).toEqual([])
  })

  it.each(Object.entries(CASES))('finds %s where it is, and not where it is not', (code, one) => {
    const [texts, file, line] = one.bad
    expect(found(texts, code)).toEqual([{ file, line }])
    expect(found(one.good, code)).toEqual([])
  })

  it('names the lines that let others run a tool as root, and the severity of each code', () => {
    const findings = toolbox.lint(stateOf({ ...CLEAN, ...tools(tool(AS_ROOT + IN_WEB)) }))
    const root = findings.find(({ code }) => code === 'runs-as-root')
    expect(root).toMatchObject({
      severity: 'warning',
      facts: { tool: 't' },
      related: [{ file: 'authorizations', line: 2 }],
    })
    expect(Object.keys(toolbox.SEVERITIES)).toEqual(Object.keys(toolbox.LINT_CODES))
  })

  it('takes an administrator of any domain for what it is', () => {
    const accounts = ['root', 'Administrator', 'CORP\\administrator', 'NT AUTHORITY\\SYSTEM']
    const warned = accounts.map((account) =>
      toolbox
        .lint(
          stateOf({
            ...CLEAN,
            ...tools(tool(`<execute-as-user>${account}</execute-as-user>${IN_WEB}`)),
          }),
        )
        .some(({ code }) => code === 'runs-as-root'),
    )
    expect(warned).toEqual([true, true, true, true])
  })
})
