import { freemem, loadavg, release, totalmem, type, uptime } from 'node:os'
import { allow, type Decision } from '@gatehouse/core'
import { checkLevel } from '@gatehouse/signed-request'
import type { Hono } from 'hono'
import { html } from 'hono/html'
import { Failure } from '../failure.ts'
import type { Bindings } from '../listeners/http.ts'
import type { Tool } from '../tools/table.ts'
import type { AgentState } from './browser.ts'
import { renderDocument } from './pages/document.ts'
import { renderStatus, type Machine, type Status } from './pages/status.ts'
import { renderToolResult, renderTools, type ToolOutcome } from './pages/tools.ts'
import { renderTrust } from './pages/trust.ts'
import { renderDoor, renderSignedOut } from './pages/visit.ts'
import { trustViewOf } from './trust.ts'
import {
  barOf,
  findVisitor,
  isVisitor,
  mayVisitor,
  onVisitor,
  recordVisitor,
  refuseSession,
  refuseVisitor,
  type PageParts,
  type Visitor,
} from './visitor.ts'

/** The home page, the tools of a person, and the way out. */
export function addHome(pages: Hono<Bindings>, parts: PageParts, state: () => AgentState): void {
  const { config, sessions, cookie } = parts
  pages.get('/', async (visit) => {
    const visitor = findVisitor(visit, parts)
    if (visitor === undefined) return visit.html(await renderDoor(config.name))
    if (!isVisitor(visitor)) return refuseSession(visit, parts, visitor)
    return visit.html(await homePage(visitor, parts, state()))
  })
  pages.post('/sign-out', async (visit) => {
    cookie.clear(visit)
    const visitor = findVisitor(visit, parts)
    if (visitor !== undefined && isVisitor(visitor)) {
      sessions.end(visitor.id)
      const decision = allow({ code: 'session-ended' })
      await recordVisitor(visitor, parts, { action: 'web-agent.sign-out' }, decision)
    }
    return visit.html(await renderSignedOut(config.name))
  })
  onVisitor(pages, '/tools/:name', parts, async (visit, visitor) => {
    const name = visit.req.param('name') ?? ''
    const tool = parts.tools.get(name)
    const decision = mayRun(visitor, parts, tool)
    await recordVisitor(visitor, parts, { action: 'web-agent.tool', target: name }, decision)
    if (decision.outcome === 'deny') return refuseVisitor(visit, visitor, parts, decision)
    if (tool === undefined) {
      return refuseVisitor(visit, visitor, parts, { status: 404, codes: ['no-such-object'] })
    }
    const outcome = await run(tool, parts)
    const page = renderToolResult(config.name, name, outcome, barOf(visitor, parts))
    return visit.html(await page, 'code' in outcome ? 500 : 200)
  })
}

function homePage(
  visitor: Visitor,
  parts: PageParts,
  state: AgentState,
): ReturnType<typeof renderDocument> {
  const { config } = parts
  const sections = [
    may(visitor, parts, 'status') ? renderStatus(statusOf(parts, state)) : '',
    may(visitor, parts, 'tools') ? renderTools(toolsOf(visitor, parts)) : '',
    may(visitor, parts, 'trust') ? renderTrust(trustViewOf(visitor, parts)) : '',
  ]
  return renderDocument({ system: config.name, session: barOf(visitor, parts) }, html`${sections}`)
}

function may(...asked: Parameters<typeof mayVisitor>): boolean {
  return mayVisitor(...asked).outcome === 'allow'
}

function statusOf({ config, system }: PageParts, state: AgentState): Status {
  const { name, dns, domain } = system.node
  const { actions, invocations, operations, tasks } = state.statement
  return {
    identity: `${name}:${dns}:${domain}`,
    machine: measure(),
    securityMode: config.securityMode,
    insecure: config.insecure,
    policies: state.policies,
    audit: state.audit,
    timeWarnings: state.timeWarnings,
    statements: [
      { title: 'Actions', statement: actions },
      { title: 'Invocations', statement: invocations },
      ...(operations ? [{ title: 'Packed operations', statement: operations }] : []),
      ...(tasks ? [{ title: 'Tasks and sign-in', statement: tasks }] : []),
    ],
  }
}

function measure(): Machine {
  return {
    operatingSystem: `${type()} ${release()}`,
    uptime: uptime(),
    load: loadavg(),
    totalMemory: totalmem(),
    freeMemory: freemem(),
  }
}

function toolsOf(visitor: Visitor, parts: PageParts): Parameters<typeof renderTools>[0] {
  return parts.tools.list().map((tool) => {
    const isOpen = mayRun(visitor, parts, tool).outcome === 'allow'
    return { ...tool, isOpen }
  })
}

/** A tool needs the privilege, and its own level; one that there is not needs the privilege. */
function mayRun(visitor: Visitor, parts: PageParts, tool: Tool | undefined): Decision {
  const decision = mayVisitor(visitor, parts, 'tools')
  if (decision.outcome === 'deny' || tool === undefined) return decision
  return checkLevel(visitor.session.passage.level, tool.level)
}

async function run({ name }: Tool, { tools }: PageParts): Promise<ToolOutcome> {
  try {
    return await tools.run(name, 'name')
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    const { code, message } = error
    return { code, message }
  }
}
