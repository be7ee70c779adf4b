// Checks a server against the HTTP API, and reports in sentences: node run.mjs URL [options]

import { parseArgs } from 'node:util'
import { pathToFileURL } from 'node:url'
import { PARTS, check } from './suite.mjs'

const HELP = `Checks whether a server implements the HTTP API of docs/http-api.md.

Usage: cargo xtask conformance URL [options]

  URL                      the API, such as https://media.example/api
  --header 'NAME: VALUE'   send this header with every request; may be repeated
  --file FILE              upload this video, which the server must be able to process
                           [a video of 15 kB]
  --wait SECONDS           how long a job may take [120]
  --origin URL             check CORS for a page of this origin
  --require PARTS          fail if one of these optional parts is absent: batches,events,uploads
  --only PARTS             check only these: ${Object.keys(PARTS).join(',')}

Attachments that it creates are deleted afterwards. It ends with 1 if a check has failed.
`

const SIGNS = { ok: '✓', failed: '✗', skipped: '-', unsupported: '-' }

function parse() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      header: { type: 'string', multiple: true, default: [] }, file: { type: 'string' }, wait: { type: 'string', default: '120' },
      origin: { type: 'string' }, require: { type: 'string', default: '' }, only: { type: 'string' }, help: { type: 'boolean' },
    },
  })
  if (values.help) return undefined
  const [base] = positionals
  if (positionals.length !== 1 || !/^https?:$/.test(URL.canParse(base) && new URL(base).protocol)) throw new Error('one URL of an API is needed, such as http://127.0.0.1:8787/api')
  const waitMs = Number(values.wait) * 1_000
  if (!(waitMs > 0)) throw new Error(`--wait ${values.wait} is no number of seconds`)
  const names = (text) => text.split(',').map((name) => name.trim()).filter(Boolean)
  const unknown = [...names(values.only ?? ''), ...names(values.require)].find((name) => !(name in PARTS))
  if (unknown) throw new Error(`${unknown} is no part of the checks: ${Object.keys(PARTS).join(', ')}`)
  const headers = Object.fromEntries(values.header.map((line) => {
    const [, name, value] = line.match(/^([^:\s]+):\s*(.*)$/) ?? []
    if (!name) throw new Error(`--header ${line} is not of the form NAME: VALUE`)
    return [name.toLowerCase(), value]
  }))
  return {
    base, headers, waitMs, origin: values.origin && new URL(values.origin).origin, require: names(values.require),
    ...(values.file && { file: pathToFileURL(values.file) }), ...(values.only && { parts: names(values.only) }),
  }
}

let options
try {
  options = parse()
} catch (error) {
  console.error(`${error.message}\n\n${HELP}`)
  process.exit(2)
}
if (!options) {
  process.stdout.write(HELP)
  process.exit(0)
}

let lastPart
const { results, advice } = await check({
  ...options,
  onResult({ part, title, outcome, detail }) {
    if (part !== lastPart) console.log(`\n${part}`)
    lastPart = part
    console.log(`  ${SIGNS[outcome]} ${title}`)
    if (detail && outcome !== 'unsupported') console.log(`      ${detail}`)
  },
})
if (advice.length > 0) {
  console.log('\nThe client copes with this, but it could be better:')
  for (const sentence of advice) console.log(`  ! ${sentence}`)
}
const count = (outcome) => results.filter((result) => result.outcome === outcome).length
console.log(`\n${count('ok')} checks passed, ${count('failed')} failed, ${count('skipped')} were skipped. docs/http-api.md describes the API.`)
process.exitCode = count('failed') > 0 ? 1 : 0
