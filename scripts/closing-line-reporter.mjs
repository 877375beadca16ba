const IN_CI = !['', '0', 'false'].includes(process.env.CI ?? '')

/**
 * A vitest reporter that ends every run with one line: `N passed, N failed, N skipped`.
 *
 * Counted are tests, over all projects. A file that cannot be loaded, a hook that fails, an error
 * outside of any test and a test that never finished count as failed, and so does a run that ends
 * badly without any of these. Skipped tests are named first.
 * In CI, a test skipped for want of a tool (`needs openssl`) counts as failed, and the run fails.
 */
export default class ClosingLineReporter {
  /**
   * @param {readonly import('vitest/node').TestModule[]} modules
   * @param {readonly unknown[]} unhandledErrors
   * @param {import('vitest/node').TestRunEndReason} reason
   */
  onTestRunEnd(modules, unhandledErrors, reason) {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const skipped = tests.filter((test) => test.result().state === 'skipped')
    const passed = tests.filter((test) => test.result().state === 'passed')
    const lacking = IN_CI ? skipped.filter(lacksSomething) : []
    const counted =
      tests.length -
      passed.length -
      skipped.length +
      lacking.length +
      modules.reduce((sum, module) => sum + errorsOutsideTests(module), 0) +
      unhandledErrors.length
    const failed = counted === 0 && reason !== 'passed' ? 1 : counted

    for (const test of skipped) console.log(`skipped: ${placeOf(test)}${noteOf(test)}`)
    for (const test of lacking) console.log(`failed, as CI must not lack it: ${placeOf(test)}`)
    if (lacking.length > 0) process.exitCode = 1
    console.log(
      `${passed.length} passed, ${failed} failed, ${skipped.length - lacking.length} skipped`,
    )
  }
}

function errorsOutsideTests(module) {
  const suites = [...module.children.allSuites()]
  return [module, ...suites].reduce((sum, group) => sum + group.errors().length, 0)
}

/** Whether the name of the test or of a group around it, or the note, begins with `needs `. */
function lacksSomething(test) {
  const { note = '' } = test.result()
  return /(?:^| > )needs /.test(test.fullName) || String(note).startsWith('needs ')
}

function placeOf(test) {
  return `${test.project.name} > ${test.module.relativeModuleId} > ${test.fullName}`
}

function noteOf(test) {
  const { note } = test.result()
  return note === undefined || note === '' ? '' : ` (${note})`
}
