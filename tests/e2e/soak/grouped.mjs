// Things by what they have in common; Node 20 has no Map.groupBy.

export function grouped(things, keyOf) {
  const groups = new Map()
  for (const thing of things) {
    const key = keyOf(thing)
    if (!groups.has(key)) groups.set(key, [])
    groups.get(key).push(thing)
  }
  return groups
}
