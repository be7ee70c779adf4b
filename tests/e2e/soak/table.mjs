// The figures of a soak as text.

import { grouped } from './grouped.mjs'

const line = (name, ...numbers) => `${name.padEnd(28)}${numbers.map((number) => `${number}`.padStart(11)).join('')}`

export function table({ seed, seconds, faults, tasks, retries, tabs, requests, cutOff, verdict }) {
  const kinds = grouped(tasks, ({ kind }) => kind)
  const ends = (kind, state) => (kinds.get(kind) ?? []).filter((task) => task.state === state).length
  return [
    line(`seed ${seed}, ${seconds} s`),
    '',
    line('faults', 'injected', 'met'),
    ...faults.map(([kind, injected, met]) => line(`  ${kind}`, injected, met)),
    line('  in all', faults.reduce((sum, [, injected]) => sum + injected, 0), faults.reduce((sum, [, , met]) => sum + met, 0)),
    '',
    line('tasks', 'in all', 'succeeded', 'failed', 'cancelled'),
    ...['upload', 'video', 'embedding'].map((kind) => line(`  ${kind}`, kinds.get(kind)?.length ?? 0,
      ends(kind, 'succeeded'), ends(kind, 'failed'), ends(kind, 'cancelled'))),
    line('  in all', tasks.length),
    '',
    line('requests', requests),
    line('reloads', tabs.reloads),
    line('offline periods', tabs.offlines),
    line('second pages', tabs.seconds),
    line('presses of Retry', retries),
    line('uploads cut off, told so', cutOff),
    '',
    line('lost', verdict.lost.length),
    line('duplicated', verdict.duplicated.length),
    line('wrong', verdict.wrong.length),
  ].join('\n')
}

/** Every finding, by what it is. */
export const details = (verdict) => Object.entries(verdict).flatMap(([name, findings]) =>
  findings.map((finding) => `${name}: ${finding}`))
