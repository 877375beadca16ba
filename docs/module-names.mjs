import { Converter, ReflectionKind } from 'typedoc'

/**
 * A typedoc plug-in that calls each module what its users import: `@gatehouse/core/files`.
 *
 * @param {import('typedoc').Application} app
 */
export function load(app) {
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, (_context, reflection) => {
    if (reflection.kind !== ReflectionKind.Module) return
    reflection.name = `@gatehouse/${reflection.name.replace('/src', '')}`
  })
}
