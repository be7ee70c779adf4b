// What was measured, as tables in Markdown.

const number = (value, digits) => (Number.isFinite(value) ? value.toFixed(digits) : '–')
const megabytes = (bytes) => (bytes === undefined ? '–' : (bytes / 2 ** 20).toFixed(1))
const row = (cells) => `| ${cells.join(' | ')} |`
const table = (head, rows) => [row(head), row(head.map((_, index) => (index < 2 ? '---' : '---:'))), ...rows.map(row)].join('\n')

/** `value` as a multiple of `other`'s. */
const ratio = (value, other) => (Number.isFinite(value / other) ? `${(value / other).toFixed(2)} ×` : '–')

/** All of it. */
export function report({ machine, options, starts, cells }) {
  const start = (name) => starts.find((start) => start.stack === name)
  const cell = (name, tasks) => cells.find((cell) => cell.stack === name && cell.tasks === tasks)
  const startRows = starts.map(({ stack, bytes, firstToast }) => [
    stack,
    '',
    number(bytes / 1_000, 1),
    ratio(bytes, start('peer')?.bytes),
    number(firstToast, 0),
    ratio(firstToast, start('floor')?.firstToast),
    ratio(firstToast, start('peer')?.firstToast),
  ])
  const cellRows = cells.map((each) => {
    const { stack, tasks, answers, checked, main, script, layout, wall, longTasks, longest, heap, wasm, nodes } = each
    const share = `${number(checked * 100, 0)} %`
    if (!answers) return [tasks, stack, 'no answer', '–', '–', '–', '–', '–', share, '–', '–', '–', '–', '–']
    return [
      tasks,
      stack,
      number(main, 2),
      number(script, 2),
      number(layout, 2),
      number(wall, 2),
      ratio(main, cell('floor', tasks)?.main),
      ratio(main, cell('peer', tasks)?.main),
      share,
      longTasks,
      number(longest, 0),
      megabytes(heap),
      megabytes(wasm),
      nodes,
    ]
  })
  const problems = cells.flatMap(({ stack, tasks, problems }) => problems.map((problem) => `- ${stack}, ${tasks} tasks: ${problem}`))
  return [
    machine,
    `One check a second for each task, over ${options.seconds} s after a warm-up. Times are ms of the main thread for each time that the server told of a job: `
      + 'what it had of a processor, in all (“main”) and by what it did with it, and what its work took by the clock (“wall”). '
      + '“checked” is checks made, or news pushed, of those due; long tasks are those over 50 ms; memory is what is left after a collection of garbage.',
    table(['page', '', 'brotli kB', '/ peer', 'first toast ms', '/ floor', '/ peer'], startRows),
    table(
      ['tasks', 'page', 'main', 'script', 'layout', 'wall', '/ floor', '/ peer', 'checked', 'long tasks', 'longest ms', 'heap MB', 'WASM MB', 'nodes'],
      cellRows,
    ),
    ...(problems.length > 0 ? [['Errors in the pages:', ...problems].join('\n')] : []),
  ].join('\n\n')
}
