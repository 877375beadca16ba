import { readdir, readFile, readlink } from 'node:fs/promises'

/** A socket that can take something from the network. */
export interface OpenSocket {
  readonly protocol: string
  readonly port: number
}

const TCP_LISTEN = '0A'

/** The TCP sockets of a process that listen, and all its UDP sockets, as the kernel tells them. */
export async function openSockets(pid: number): Promise<OpenSocket[]> {
  const inodes = await socketInodes(pid)
  const tables = ['tcp', 'tcp6', 'udp', 'udp6'].map(async (protocol) => {
    const rows = (await readFile(`/proc/${pid}/net/${protocol}`, 'utf8')).split('\n').slice(1)
    return rows
      .map((row) => row.trim().split(/\s+/))
      .flatMap((fields) => {
        const [, local = '', , state = '', , , , , , inode = ''] = fields
        const open = protocol.startsWith('udp') || state === TCP_LISTEN
        if (!open || !inodes.has(inode)) return []
        return [{ protocol, port: Number.parseInt(local.split(':').at(-1) ?? '', 16) }]
      })
  })
  return (await Promise.all(tables)).flat()
}

async function socketInodes(pid: number): Promise<Set<string>> {
  const descriptors = await readdir(`/proc/${pid}/fd`)
  const links = await Promise.all(
    descriptors.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')),
  )
  return new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []))
}
