// The random numbers of the soak test, from one seed.

/** Random choices by the generator mulberry32. */
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
    /** True with probability `share`. */
    happens: (share) => next() < share,
    /** One of a list. */
    one: (list) => list[whole(0, list.length - 1)],
    /** One value of a list of `[weight, value]`. */
    weighed(list) {
      let left = next() * list.reduce((sum, [weight]) => sum + weight, 0)
      return list.find(([weight]) => (left -= weight) < 0)?.[1] ?? list.at(-1)[1]
    },
  }
}
