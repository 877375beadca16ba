import { expect, it } from 'vitest'
import * as toolbox from '../src/index.ts'
import { stateOf } from './states.ts'

it('keeps comments before the entry that they stand before or in', () => {
  const toolboxes = [
    '<!-- head -->',
    '<toolbox-list>',
    '<!-- for the web -->',
    '<toolbox name="Web"><!-- inside --><enabled>true</enabled></toolbox>',
    '<toolbox name="Closed"/>',
    '<!-- end -->',
    '</toolbox-list>',
    '<!-- after -->',
  ].join('\n')
  const state = stateOf({ toolboxes, authorizations: '# why -- not\nann:Web:g:webs\n#last' })
  expect(toolbox.format(state)).toMatchObject({
    toolboxes: `<?xml version="1.0" encoding="UTF-8"?>
<toolbox-list>
  <!-- head -->
  <!-- for the web -->
  <!-- inside -->
  <toolbox name="Web">
    <enabled>true</enabled>
  </toolbox>
  <toolbox name="Closed">
    <enabled>true</enabled>
  </toolbox>
  <!-- end -->
  <!-- after -->
</toolbox-list>
`,
    authorizations: `<?xml version="1.0" encoding="UTF-8"?>
<auth-list>
  <!-- why - not-->
  <node-group-authorization user-name="ann" toolbox-name="Web" node-group-name="webs"/>
  <!--last-->
</auth-list>
`,
  })
  expect(toolbox.formatLines(state)).toBe('# why - not\nann:Web:g:webs\n#last\n')
})

it('keeps every part of a tool definition', () => {
  const tools = `<?xml version="1.0" encoding="UTF-8"?>
<tool-list>
  <ssa-command-tool name="t" guid="1" visible="false" max-targets="3" revision="2" job-log="false" schedulable="false" accepts-targets="false" acts-on-cms="true" secure-task="operator">
    <category>c</category>
    <description>d &amp; e</description>
    <comment>first
second</comment>
    <owner>ann</owner>
    <default-target>web01,
web02</default-target>
    <execute-as-user>root</execute-as-user>
    <job-display-handler>h</job-display-handler>
    <toolbox-enabled>false</toolbox-enabled>
    <toolbox toolbox-name="Web"/>
    <include-filter type="x"><system-filter a="b&lt;"/></include-filter>
    <env-variable name="A">1</env-variable>
    <ssa-block>
      <!-- kept as it is -->
      <command log="false" command-type="stdout">/bin/true</command>
    </ssa-block>
    <attribute name="n">v</attribute>
  </ssa-command-tool>
</tool-list>
`
  const state = stateOf({ tools })
  expect(toolbox.format(state).tools).toBe(tools)
  expect(state.tools[0]?.logsOutput).toBe(false)
})

it('logs the output of a command unless its definition says otherwise', () => {
  const logged = [
    '<ssa-block><command>x</command></ssa-block>',
    '<ssa-block><command log="true">x</command></ssa-block>',
    '',
  ].map((block) => {
    const tools = `<tool-list><ssa-command-tool name="t">${block}</ssa-command-tool></tool-list>`
    return stateOf({ tools }).tools[0]?.logsOutput
  })
  expect(logged).toEqual([true, true, true])
})

it('escapes what an attribute cannot hold as it is', () => {
  const users = `<user-list><user name="root" config-rights="full" description='a "b" &lt;&amp;>'/></user-list>`
  const state = stateOf({ users, authorizations: '' })
  expect(state.users[0]?.description).toBe('a "b" <&>')
  const again = stateOf({ ...toolbox.format(state) })
  expect(again.users[0]?.description).toBe('a "b" <&>')
})
