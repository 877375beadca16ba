import type { Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { CookieOptions } from 'hono/utils/cookie'

/**
 * The cookie of one agent. It holds an identifier and nothing else.
 *
 * `__Host-` keeps it to this host name, to HTTPS and to every path. `Strict`: a request that another site
 * starts goes without it, so the page that the ticket opens goes on to the home page by itself. Ports do
 * not keep cookies apart (RFC 6265, 8.5): the name of the agent does, so that two agents on one host do
 * not overwrite each other's; each is still sent the cookies of all.
 */
export class SessionCookie {
  readonly #name: string

  /** @param agent - Name of the agent: letters, digits, `_` and `-`. */
  constructor(agent: string) {
    this.#name = `gatehouse-${agent}`
  }

  /** The identifier that the browser sent. */
  read(context: Context): string | undefined {
    return getCookie(context, this.#name, 'host')
  }

  /** Has the browser keep an identifier until it closes. */
  write(context: Context, id: string): void {
    setCookie(context, this.#name, id, OPTIONS)
  }

  /** Has the browser forget it. */
  clear(context: Context): void {
    deleteCookie(context, this.#name, OPTIONS)
  }
}

const OPTIONS = {
  prefix: 'host',
  path: '/',
  secure: true,
  httpOnly: true,
  sameSite: 'Strict',
} as const satisfies CookieOptions
