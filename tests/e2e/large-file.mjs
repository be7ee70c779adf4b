// A large file on disk, for uploads that are interrupted.

import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Calls `use` with the path and the digest of a file without a repeated part that could stand in for another. */
export async function large(bytes, use) {
  const folder = await mkdtemp(join(tmpdir(), 'upload-'))
  const path = join(folder, 'film.bin')
  const content = Buffer.alloc(bytes)
  for (let place = 0; place + 4 <= bytes; place += 4) content.writeUInt32LE((place * 2654435761) % 2 ** 32, place)
  await writeFile(path, content)
  try {
    await use(path, createHash('sha256').update(content).digest('hex'))
  } finally {
    await rm(folder, { recursive: true })
  }
}
