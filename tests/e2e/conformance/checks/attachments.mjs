// Upload as a form, list and delete.

import { Failure } from '../outcome.mjs'

const idOf = (attachment) => String(attachment.id)

export const attachments = {
  checks: [
    {
      title: 'POST /attachments stores a file and returns its id, title, type and size',
      async run(api, found) {
        found.title = `Conformance “check” <b>&amp;</b> 🎥 ${api.key()}`
        found.form = api.form(found.title, { fileName: 'talk "one" 🎥.mp4' })
        found.key = api.key()
        const headers = { ...found.form.headers, 'idempotency-key': found.key }
        const uploaded = await api.succeeds('POST', '/attachments', { headers, body: found.form.body })
        const { title, size, content_type: type } = uploaded.json
        api.created.push(uploaded.json.id)
        if (title !== found.title) throw new Failure(`The title was ${JSON.stringify(found.title)} and came back as ${JSON.stringify(title)}.`)
        if (size != null && size !== api.bytes.length) throw new Failure(`A file of ${api.bytes.length} bytes has the size ${size} in the response.`)
        if (type != null && type !== 'video/mp4') api.advice.add(`A file of the type video/mp4 has the content_type ${JSON.stringify(type)} in the response: a video is processed only if its content_type begins with “video/”.`)
        found.attachment = uploaded.json
      },
    },
    {
      title: 'a repeated Idempotency-Key returns the same attachment',
      needs: ['attachment'],
      async run(api, found) {
        const headers = { ...found.form.headers, 'idempotency-key': found.key }
        const again = await api.repeat(() => api.succeeds('POST', '/attachments', { headers, body: found.form.body }))
        if (idOf(again.json) !== idOf(found.attachment)) {
          api.created.push(again.json.id)
          throw new Failure(`POST /attachments with the same Idempotency-Key stored the file twice, as ${idOf(found.attachment)} and ${idOf(again.json)}. A client that has lost the first response repeats the request.`)
        }
      },
    },
    {
      title: 'another Idempotency-Key stores another attachment',
      needs: ['attachment'],
      async run(api, found) {
        const headers = { ...found.form.headers, 'idempotency-key': api.key() }
        const other = await api.succeeds('POST', '/attachments', { headers, body: found.form.body })
        if (idOf(other.json) === idOf(found.attachment)) throw new Failure('POST /attachments with another Idempotency-Key returned the first attachment.')
        api.created.push(other.json.id)
        found.other = other.json
      },
    },
    {
      title: 'GET /attachments lists both, with their titles',
      needs: ['attachment', 'other'],
      async run(api, found) {
        const list = (await api.succeeds('GET', '/attachments')).json
        for (const attachment of [found.attachment, found.other]) {
          const listed = list.filter((it) => idOf(it) === idOf(attachment))
          if (listed.length !== 1) throw new Failure(`GET /attachments has attachment ${idOf(attachment)} ${listed.length} times.`)
          if (listed[0].title !== found.title) throw new Failure(`GET /attachments has another title for attachment ${idOf(attachment)}: ${JSON.stringify(listed[0].title)}.`)
        }
      },
    },
    {
      title: 'DELETE /attachments/{id} deletes it',
      needs: ['other'],
      async run(api, found) {
        await api.succeeds('DELETE', `/attachments/${encodeURIComponent(idOf(found.other))}`)
        const list = (await api.succeeds('GET', '/attachments')).json
        if (list.some((it) => idOf(it) === idOf(found.other))) throw new Failure(`GET /attachments still has attachment ${idOf(found.other)}, which was deleted.`)
      },
    },
  ],
}
