// All chance of a soak, from one seed.

/** Numbers from 0 to 1 by the generator mulberry32, and what is drawn with them. */
export function chance(seed) {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const whole = (from, to) => from + Math.floor(next() * (to - from + 1))
  return {
    /** A whole number from `from` to `to`, both included. */
    whole,
    /** True in `share` of all cases. */
    happens: (share) => next() < share,
    /** One of a list. */
    one: (list) => list[whole(0, list.length - 1)],
    /** One of `[weight, thing]`, the more often the heavier. */
    weighed(list) {
      let left = next() * list.reduce((sum, [weight]) => sum + weight, 0)
      return list.find(([weight]) => (left -= weight) < 0)?.[1] ?? list.at(-1)[1]
    },
  }
}
