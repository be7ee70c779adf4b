// Compares requests and responses with docs/openapi.yaml.

import { readFile } from 'node:fs/promises'
import Ajv from 'ajv/dist/2020.js'
import { parse } from 'yaml'

const file = new URL('../../../docs/openapi.yaml', import.meta.url)

/** The operations of the API. */
export async function loadOpenApi() {
  const document = parse(await readFile(file, 'utf8'))
  return new OpenApi(document)
}

class OpenApi {
  /** What was exercised: names of operations, each with a status. */
  exercised = new Set()

  constructor(document) {
    this.document = document
    this.ajv = new Ajv({ strict: false, allErrors: false })
    this.operations = []
    for (const [template, item] of Object.entries(document.paths)) {
      const pattern = new RegExp(`^${template.replace(/\{[^}]+\}/g, '[^/]+')}$`)
      for (const method of ['get', 'post', 'patch', 'head', 'delete', 'options']) {
        if (item[method]) {
          const parameters = [...(item.parameters ?? []), ...(item[method].parameters ?? [])].map((it) => this.resolve(it))
          this.operations.push({ method: method.toUpperCase(), template, pattern, ...item[method], parameters })
        }
      }
    }
  }

  /** Follows a reference inside of the document. */
  resolve(value) {
    if (!value?.$ref) return value
    const steps = value.$ref.replace('#/', '').split('/')
    return this.resolve(steps.reduce((at, step) => at[step], this.document))
  }

  operation(method, path) {
    const [plain] = path.split('?')
    return this.operations.find((it) => it.method === method && it.pattern.test(plain))
  }

  /** Why a valid request is not by the document, which would be a mistake of a check; undefined if it is. */
  requestProblem({ method, path, headers = {}, body }) {
    const operation = this.operation(method, path)
    if (!operation) return `${method} ${path} is not in docs/openapi.yaml`
    const query = new URL(path, 'http://x').searchParams
    for (const parameter of operation.parameters) {
      const { name, required } = parameter
      const value = parameter.in === 'header' ? headers[name.toLowerCase()] : parameter.in === 'query' ? query.get(name) : 'a segment'
      if (required && value == null) return `${name} is missing`
      if (parameter.in === 'header' && value != null && this.problem(parameter.schema, asSchemaType(value, parameter.schema))) return `${name} is invalid`
    }
    const content = this.resolve(operation.requestBody)?.content
    const json = content?.['application/json']
    if (json) return this.problem(json.schema, JSON.parse(body.toString()))
    if (content && !Object.keys(content).some((type) => headers['content-type']?.startsWith(type))) return 'the Content-Type is wrong'
  }

  /**
   * Compares a response with its operation. `failures` are sentences about what the client cannot
   * work with, `advice` about what it can.
   */
  compare(exchange) {
    const operation = this.operation(exchange.method, exchange.path)
    const { name, status, mediaType } = exchange
    const failures = []
    const advice = []
    const exact = operation.responses[String(status)]
    const documented = Object.keys(operation.responses).find((it) => it.startsWith('2'))
    const isSuccess = status >= 200 && status < 300
    if (isSuccess && !exact) advice.push(`${name} returned ${status} instead of ${documented}.`)
    const response = this.resolve(exact ?? (isSuccess ? operation.responses[documented] : operation.responses[`${Math.floor(status / 100)}XX`]))
    if (!response) {
      failures.push(`${name} returned ${status}, which the API does not have for this request.`)
      return { failures, advice }
    }
    this.exercised.add(`${operation.operationId} ${isSuccess ? documented : `${Math.floor(status / 100)}XX`}`)
    for (const [header, declared] of Object.entries(response.headers ?? {})) {
      const { required, schema } = this.resolve(declared)
      const value = exchange.headers[header.toLowerCase()]
      if (value === undefined) {
        if (required) failures.push(`${name} returned ${status} without the header ${header}.`)
      } else {
        const problem = this.problem(schema, asSchemaType(value, schema))
        if (problem) failures.push(`${name} returned the header ${header}: ${value}, which ${problem}.`)
      }
    }
    const json = response.content?.['application/json']
    if (json && isSuccess) {
      if (exchange.json === undefined) {
        failures.push(`${name} returned ${status} and no JSON but ${exchange.excerpt}.`)
      } else {
        if (mediaType !== 'application/json') advice.push(`${name} returned JSON with the Content-Type “${mediaType}” instead of application/json.`)
        const problem = this.problem(json.schema, exchange.json)
        if (problem) failures.push(`${name} returned ${exchange.excerpt}, where ${problem}.`)
      }
    } else if (json && exchange.method !== 'HEAD' && status < 500) {
      const body = exchange.json
      if (!(typeof body?.error === 'string' || typeof body?.message === 'string')) {
        advice.push(`${name} returned ${status} without a JSON object that has an “error”: the user reads only a general reason.`)
      }
    }
    return { failures, advice }
  }

  /** What is wrong with a value, as the end of a sentence; undefined if it is valid. */
  problem(schema, value) {
    const validate = this.ajv.compile({ components: { schemas: this.schemas() }, ...this.local(schema) })
    if (validate(value)) return undefined
    const [error] = validate.errors
    const all = validate.errors.filter((it) => it.instancePath === error.instancePath)
    const where = error.instancePath === '' ? 'the whole' : `“${error.instancePath.slice(1).replaceAll('/', '.')}”`
    return `${where} ${[...new Set(all.filter((it) => it.keyword !== 'anyOf').map(sentence))].join(' or ')}`
  }

  /** A copy of a schema in which strings that may be in any case are patterns. */
  local(schema) {
    return JSON.parse(JSON.stringify(schema), (_, value) => {
      if (!value?.['x-any-case']) return value
      const words = value.enum.map((word) => word.replace(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`))
      return { type: 'string', pattern: `^\\s*(${words.join('|')})\\s*$`, description: 'status' }
    })
  }

  schemas() {
    this.localSchemas ??= this.local(this.document.components.schemas)
    return this.localSchemas
  }
}

/** A header as a value of the type that its schema has. */
function asSchemaType(value, schema) {
  return schema.type === 'integer' && /^\d+$/.test(value) ? Number(value) : value
}

function sentence({ keyword, params, message }) {
  if (keyword === 'pattern' && params.pattern.includes('[qQ]')) return 'is not one of the values that a status may have'
  if (keyword === 'pattern') return 'is not a percentage'
  if (keyword === 'required') return `has no “${params.missingProperty}”`
  if (keyword === 'const') return `is not ${params.allowedValue}`
  return message.replace('must', 'has to')
}
