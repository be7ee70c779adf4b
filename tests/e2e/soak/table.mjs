// The figures of a run as text.

import { grouped } from './grouped.mjs'

const line = (name, ...numbers) => `${name.padEnd(28)}${numbers.map((number) => `${number}`.padStart(11)).join('')}`

export function table({ seed, seconds, faults, tasks, retries, tabs, requests, interrupted, verdict }) {
  const kinds = grouped(tasks, ({ kind }) => kind)
  const count = (kind, state) => (kinds.get(kind) ?? []).filter((task) => task.state === state).length
  return [
    line(`seed ${seed}, ${seconds} s`),
    '',
    line('faults', 'injected', 'occurred'),
    ...faults.map(([kind, injected, met]) => line(`  ${kind}`, injected, met)),
    line('  total', faults.reduce((sum, [, injected]) => sum + injected, 0), faults.reduce((sum, [, , met]) => sum + met, 0)),
    '',
    line('tasks', 'total', 'succeeded', 'failed', 'cancelled'),
    ...['upload', 'video', 'embedding'].map((kind) => line(`  ${kind}`, kinds.get(kind)?.length ?? 0,
      count(kind, 'succeeded'), count(kind, 'failed'), count(kind, 'cancelled'))),
    line('  total', tasks.length),
    '',
    line('requests', requests),
    line('reloads', tabs.reloads),
    line('offline periods', tabs.offlines),
    line('second pages', tabs.seconds),
    line('retries', retries),
    line('uploads interrupted', interrupted),
    '',
    line('lost', verdict.lost.length),
    line('duplicated', verdict.duplicated.length),
    line('wrong', verdict.wrong.length),
  ].join('\n')
}

/** All findings with their category. */
export const details = (verdict) => Object.entries(verdict).flatMap(([name, findings]) =>
  findings.map((finding) => `${name}: ${finding}`))
