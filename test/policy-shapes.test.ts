import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import * as bmc from '@gatehouse/bmc-authorization'
import * as hawk from '@gatehouse/hawk-trusted'
import * as tcp from '@gatehouse/tcp-wrappers'
import * as toolbox from '@gatehouse/toolbox-authorization'
import { expect, it } from 'vitest'

setFlagsFromString('--allow-natives-syntax')
const haveOneShape = runInNewContext('(one, other) => %HaveSameMap(one, other)') as (
  one: object,
  other: object,
) => boolean

/** Reads some policy of a model, another one for each number. */
const READERS: Readonly<Record<string, (number: number) => object>> = {
  'hawk-trusted': (number) => hawk.parse(`user${number} * * *\n`, { file: 'Trusted.txt' }),
  'bmc-authorization': (number) =>
    bmc.parse('BEGIN_AUTHORIZATION\nEND_AUTHORIZATION\n', { file: `${number}.cfg` }),
  'tcp-wrappers': (number) => tcp.parse({ allow: `ALL: 10.0.0.${number}\n`, deny: 'ALL: ALL\n' }),
  'toolbox-authorization': (number) => {
    const root = `root${number}`
    return toolbox.parse(
      {
        users: list('user-list', `<user name="${root}" config-rights="full"/>`),
        tools: list('tool-list', ''),
        systems: list('node-list', '<node name="cms"/>'),
        authorizations: { file: 'auth.txt', text: `${root}:All Tools:n:cms\n` },
      },
      { cms: 'cms' },
    )
  },
}

function list(kind: string, entries: string): toolbox.SourceText {
  return { file: kind, text: `<${kind}>${entries}</${kind}>` }
}

it.each(Object.entries(READERS))(
  'a policy of %s that is read again has the shape of the one before, for which V8 has code',
  (_model, read) => {
    expect(haveOneShape(read(1), read(2))).toBe(true)
  },
)
