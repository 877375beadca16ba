/** The standard microagents by the last part of their full names, which is unique. */
const STANDARD: ReadonlyMap<string, string> = new Map(
  [
    'COM.TIBCO.hawk.hma.FileStat',
    'COM.TIBCO.hawk.hma.Process',
    'COM.TIBCO.hawk.microagent.Custom',
    'COM.TIBCO.hawk.microagent.Logfile',
    'COM.TIBCO.hawk.microagent.Repository',
    'COM.TIBCO.hawk.microagent.RuleBaseEngine',
    'COM.TIBCO.hawk.microagent.Self',
    'COM.TIBCO.hawk.microagent.SysInfo',
  ].map((name) => [lastPart(name), name]),
)

/** The full name of a microagent: `SysInfo` and the other standard ones may be named in short. */
export function fullMicroagentName(name: string): string {
  return STANDARD.get(name) ?? name
}

/** The short name of a standard microagent, else the name as it is. */
export function shortMicroagentName(name: string): string {
  const short = lastPart(name)
  return STANDARD.get(short) === name ? short : name
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1)
}
