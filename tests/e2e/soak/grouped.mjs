// A replacement for Map.groupBy, which Node 20 does not have.

export function grouped(things, keyOf) {
  const groups = new Map()
  for (const thing of things) {
    const key = keyOf(thing)
    if (!groups.has(key)) groups.set(key, [])
    groups.get(key).push(thing)
  }
  return groups
}
