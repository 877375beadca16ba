/** Where a TLS server listens. */
export interface Place {
  /** Host name, or address without brackets. */
  readonly host: string
  /** TCP port, from 1. */
  readonly port: number
}

/** Reads `HOST:PORT`; an IPv6 address stands in brackets. @returns `undefined` for what is none. */
export function parsePlace(text: string): Place | undefined {
  const found = /^(?:\[(?<address>[\da-f:.]+)\]|(?<name>[\w.-]{1,253})):(?<port>\d{1,5})$/i.exec(
    text,
  )
  const { address, name, port } = found?.groups ?? {}
  const host = address ?? name
  const number = Number(port)
  return host === undefined || number < 1 || number > 65_535 ? undefined : { host, port: number }
}
