// A process that offers values to a store in a file until it is killed.
// Arguments: the built module, the path of the file, the time of the first offer, the least and the
// most number of a value. A value's end goes with its number: a second for each.
const [module, path, ...numbers] = process.argv.slice(2)
const [start, least, most] = numbers.map(Number)
const { openFileReplayStore } = await import(module)
process.on('disconnect', () => process.exit())

try {
  const store = await openFileReplayStore(path)
  process.send({ opened: true })
  for (let now = start; ; now += 50) {
    const offered = Array.from({ length: 8 }, () => {
      const number = least + Math.floor(Math.random() * (most - least + 1))
      const id = Buffer.from(String(number).padStart(16, '0')).toString('base64url')
      return store
        .use({ id, end: number * 1_000 }, new Date(now))
        .then((outcome) => process.send({ number, outcome }))
    })
    await Promise.all(offered)
  }
} catch ({ code }) {
  process.send({ refused: code })
}
