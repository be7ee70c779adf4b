// The kept copies of files on a page's origin, in the origin private file system and in IndexedDB.

/** Makes a page keep copies in IndexedDB, as in a browser without writable private files. */
export const withoutPrivateFiles = () => { delete StorageManager.prototype.getDirectory }

/** Defines `copies()`, all parts of all copies with what reads, replaces and removes each. */
function define() {
  const settled = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
  const files = async (folder, found = []) => {
    for await (const handle of folder.values()) {
      if (handle.kind === 'directory') {
        await files(handle, found)
        continue
      }
      found.push({
        number: Number(handle.name),
        read: () => handle.getFile(),
        replace: async (blob) => {
          const writable = await handle.createWritable()
          await writable.write(blob)
          await writable.close()
        },
        remove: () => folder.removeEntry(handle.name),
      })
    }
    return found
  }
  const records = async () => {
    const found = []
    for (const { name } of await indexedDB.databases()) {
      const transact = async (run) => {
        const database = await settled(indexedDB.open(name))
        try {
          if (!database.objectStoreNames.contains('parts')) return []
          return await settled(run(database.transaction('parts', 'readwrite').objectStore('parts')))
        } finally {
          database.close()
        }
      }
      for (const key of await transact((parts) => parts.getAllKeys())) {
        found.push({
          number: key[1],
          read: () => transact((parts) => parts.get(key)),
          replace: (blob) => transact((parts) => parts.put(blob, key)),
          remove: () => transact((parts) => parts.delete(key)),
        })
      }
    }
    return found
  }
  globalThis.copies = async () => {
    const root = await navigator.storage.getDirectory?.()
    const all = [...(root ? await files(root) : []), ...await records()]
    return all.sort((one, other) => one.number - other.number)
  }
}

/** The number of parts of all copies; undefined while they are being deleted. */
export async function parts(page) {
  await page.evaluate(define)
  return page.evaluate(async () => {
    try {
      return (await copies()).length
    } catch (exception) {
      if (exception.name === 'NotFoundError') return undefined
      throw exception
    }
  })
}

/** Changes the last part of the only copy: it becomes `truncated`, `modified` or `removed`. */
export async function damage(page, change) {
  await page.evaluate(define)
  await page.evaluate(async (change) => {
    const last = (await copies()).at(-1)
    if (change === 'removed') return last.remove()
    const part = await last.read()
    await last.replace(change === 'truncated' ? part.slice(0, 1_000) : new Blob([new Uint8Array(part.size)]))
  }, change)
}
