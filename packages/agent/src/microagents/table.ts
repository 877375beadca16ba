import type { Impact, MicroagentTable } from '@gatehouse/hawk-trusted'
import { custom } from './custom.ts'
import { fileStat } from './file-stat.ts'
import { logfile } from './logfile.ts'
import type { Microagent } from './method.ts'
import { processes } from './process.ts'
import { repository } from './repository.ts'
import { ruleBaseEngine } from './rule-base-engine.ts'
import { self } from './self.ts'
import { sysInfo } from './sys-info.ts'

/** Every microagent of the agent by its full name: the one table behind all its ways in. */
export const microagents: ReadonlyMap<string, Microagent> = new Map([
  ['COM.TIBCO.hawk.microagent.Self', self],
  ['COM.TIBCO.hawk.microagent.SysInfo', sysInfo],
  ['COM.TIBCO.hawk.hma.Process', processes],
  ['COM.TIBCO.hawk.hma.FileStat', fileStat],
  ['COM.TIBCO.hawk.microagent.Logfile', logfile],
  ['COM.TIBCO.hawk.microagent.Repository', repository],
  ['COM.TIBCO.hawk.microagent.RuleBaseEngine', ruleBaseEngine],
  ['COM.TIBCO.hawk.microagent.Custom', custom],
])

/** What the guard knows of the table: names and impacts. */
export const impacts: MicroagentTable = new Map(
  [...microagents].map(([name, { methods }]) => [name, impactsOf(methods)]),
)

function impactsOf(methods: Microagent['methods']): ReadonlyMap<string, Impact> {
  return new Map([...methods].map(([name, { impact }]) => [name, impact]))
}
