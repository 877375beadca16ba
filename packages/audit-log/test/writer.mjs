// A process that appends until it is killed, or until its disk is full.
// Arguments: the built module, the path of the log, and its options as JSON.
const [module, path, options] = process.argv.slice(2)
const { openAuditLog } = await import(module)

// A write over the file size limit is to fail with EFBIG, not to end the process.
process.on('SIGXFSZ', () => {})
process.on('disconnect', () => process.exit())

try {
  const log = await openAuditLog({ path, onFull: 'refuse', ...JSON.parse(options) })
  process.send({ opened: log.opening })
  let index = 0
  for (;;) {
    const number = index
    const appended = log.append({ event: 'decision', message: 'x'.repeat(index % 300) })
    appended.then(
      ({ durable, position }) => process.send({ number, durable, position }),
      ({ code, cause }) => process.send({ number, code, cause: cause?.code }),
    )
    index += 1
    if (index % 20 === 0) await appended.catch(() => {})
  }
} catch ({ code }) {
  process.send({ refused: code })
}
