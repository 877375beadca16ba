import {
  addTrusted,
  insecureTrustAll,
  removeTrusted,
  trustList,
} from '@gatehouse/certificate-trust'
import { escapeControls, type ConfigError, type Decision } from '@gatehouse/core'
import type { Hono } from 'hono'
import type { Bindings } from '../listeners/http.ts'
import { Form } from './form.ts'
import { broughtOffer, confirmedOffer, fetchedOffer, type Offered } from './import.ts'
import {
  renderModeConfirmation,
  renderOffer,
  renderRemovalConfirmation,
  type Asking,
} from './pages/confirm.ts'
import type { Html } from './pages/document.ts'
import { nameOfMode, type ModeName, type TrustView } from './pages/trust.ts'
import type { WebAgentSettings } from './parts.ts'
import {
  barOf,
  mayVisitor,
  onVisitor,
  recordVisitor,
  refuseVisitor,
  type PageParts,
  type Visit,
  type Visitor,
} from './visitor.ts'

/** A form about trust, of a person who may change it. */
interface TrustRequest {
  readonly visit: Visit
  readonly visitor: Visitor
  readonly form: Form
  readonly parts: PageParts
  /** Why the person may. */
  readonly decision: Decision
}

/** A change of the trust settings, as it is recorded and made. */
interface Change {
  readonly action: string
  readonly target: string
  readonly edit: (settings: WebAgentSettings) => WebAgentSettings
}

/** What the person who is signed in sees of the trust settings. */
export function trustViewOf({ session }: Visitor, parts: PageParts): TrustView {
  const settings = parts.settings.current()
  return {
    mode: nameOfMode(settings.mode),
    modes: modesOf(parts),
    settings,
    own: session.passage.console,
    at: parts.now(),
  }
}

function modesOf({ config }: PageParts): readonly ModeName[] {
  const safe = ['certificate', 'name', 'none'] as const
  return config.insecure.includes('trust-all-consoles') ? [...safe, 'all'] : safe
}

/** The forms that change whom this system trusts; each change is shown and confirmed, then recorded. */
export function addTrust(pages: Hono<Bindings>, parts: PageParts): void {
  onTrust(pages, '/trust/mode', parts, changeMode)
  onTrust(pages, '/trust/names', parts, changeNames)
  onTrust(pages, '/trust/remove', parts, remove)
  onTrust(pages, '/trust/import', parts, async (request) =>
    showOffer(request, await broughtOffer(request.form, parts)),
  )
  onTrust(pages, '/trust/fetch', parts, async (request) => {
    const { visitor, form, decision } = request
    const target = `${form.text('host')}:${form.text('port')}`
    await recordVisitor(visitor, parts, { action: 'web-agent.trust.fetch', target }, decision)
    return showOffer(request, await fetchedOffer(form, parts))
  })
  onTrust(pages, '/trust/import/confirm', parts, confirmImport)
}

function onTrust(
  pages: Hono<Bindings>,
  path: string,
  parts: PageParts,
  answer: (request: TrustRequest) => Promise<Response>,
): void {
  onVisitor(pages, path, parts, async (visit, visitor) => {
    const decision = mayVisitor(visitor, parts, 'trust')
    if (decision.outcome === 'deny') {
      const action = `web-agent${path.replaceAll('/', '.')}`
      await recordVisitor(visitor, parts, { action }, decision)
      return refuseVisitor(visit, visitor, parts, decision)
    }
    return answer({ visit, visitor, parts, decision, form: await Form.read(visit) })
  })
}

async function changeMode(request: TrustRequest): Promise<Response> {
  const { visit, visitor, form, parts } = request
  const settings = parts.settings.current()
  const to = modesOf(parts).find((mode) => mode === form.text('mode'))
  if (to === undefined) return refuse(request, 'trust-mode-unknown')
  const mode = to === 'all' ? insecureTrustAll : to
  if (form.isConfirmed) {
    const edit: Change['edit'] = (current) => ({ ...current, mode })
    return change(request, { action: 'web-agent.trust.mode', target: to, edit })
  }
  const endsOwn = !parts.consoles.wouldTrust(visitor.session.passage.console, { ...settings, mode })
  const from = nameOfMode(settings.mode)
  return show(visit, renderModeConfirmation(askingOf(request), { from, to, endsOwn }))
}

function changeNames(request: TrustRequest): Promise<Response> {
  const given = request.form.text('names').split('\n')
  const names = [...new Set(given.map((name) => name.trim()).filter((name) => name !== ''))]
  return change(request, {
    action: 'web-agent.trust.names',
    target: names.join(' '),
    edit: (settings) => ({ ...settings, names }),
  })
}

async function remove(request: TrustRequest): Promise<Response> {
  const { visit, visitor, form, parts } = request
  const { list = trustList(), ...settings } = parts.settings.current()
  const entry = list.entries.find(
    ({ certificate, role }) =>
      certificate.sha256 === form.text('sha256') && role === form.text('role'),
  )
  if (entry === undefined) return refuse(request, 'certificate-unknown', 404)
  const { certificate, role } = entry
  if (form.isConfirmed) {
    return change(request, {
      action: 'web-agent.trust.remove',
      target: certificate.sha256,
      edit: ({ list: current = trustList(), ...rest }) => ({
        ...rest,
        list: removeTrusted(current, certificate.sha256, role),
      }),
    })
  }
  const without = { ...settings, list: removeTrusted(list, certificate.sha256, role) }
  const endsOwn = !parts.consoles.wouldTrust(visitor.session.passage.console, without)
  return show(visit, renderRemovalConfirmation(askingOf(request), entry, endsOwn))
}

async function confirmImport(request: TrustRequest): Promise<Response> {
  const { visitor, form, parts } = request
  const { entry, refusal, offer } = confirmedOffer(form, parts)
  const action = 'web-agent.trust.import'
  if (entry !== undefined) {
    const edit: Change['edit'] = ({ list = trustList(), ...rest }) => ({
      ...rest,
      list: addTrusted(list, entry),
    })
    return change(request, { action, target: entry.certificate.sha256, edit })
  }
  if (offer !== undefined) {
    const target = offer.certificate.sha256
    await recordVisitor(visitor, parts, { action, target }, refusal)
    if (offer.place !== undefined) return showOffer(request, { offer })
  }
  return refuse(request, refusal.reasons[0].code)
}

async function showOffer(request: TrustRequest, { offer, refusal }: Offered): Promise<Response> {
  if (offer !== undefined) return show(request.visit, renderOffer(askingOf(request), offer))
  const { code, facts = {} } = refusal.reasons[0]
  return refuse(request, code, 400, facts['cause'])
}

/** Records a change and makes it; the home page shows what came of it. */
async function change(request: TrustRequest, { action, target, edit }: Change): Promise<Response> {
  const { visit, visitor, parts, decision } = request
  const { settings } = parts
  await recordVisitor(visitor, parts, { action, target }, decision)
  try {
    await settings.change(edit)
  } catch (error) {
    const { code, message } = error as ConfigError
    if (code !== 'ERR_CONFIG') throw error
    return refuse(request, 'settings-refused', 400, message)
  }
  return visit.redirect('/', 303)
}

function refuse(
  { visit, visitor, parts }: TrustRequest,
  code: string,
  status: 400 | 404 = 400,
  why?: string,
): Promise<Response> {
  const remedy = why === undefined ? {} : { remedy: escapeControls(why) }
  return refuseVisitor(visit, visitor, parts, { status, codes: [code], ...remedy })
}

async function show(visit: Visit, page: Html): Promise<Response> {
  return visit.html(await page)
}

function askingOf({ visitor, parts }: TrustRequest): Asking {
  return { system: parts.config.name, session: barOf(visitor, parts) }
}
