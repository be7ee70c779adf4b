// The results as Markdown tables.

const number = (value, digits) => (Number.isFinite(value) ? value.toFixed(digits) : '–')
const megabytes = (bytes) => (bytes === undefined ? '–' : (bytes / 2 ** 20).toFixed(1))
const row = (cells) => `| ${cells.join(' | ')} |`
const table = (head, rows, texts) => [row(head), row(head.map((_, index) => (index < texts ? '---' : '---:'))), ...rows.map(row)].join('\n')

/** `value` as a multiple of `other`. */
const ratio = (value, other) => (Number.isFinite(value / other) ? `${(value / other).toFixed(2)} ×` : '–')

/** The whole report. */
export function report({ machine, options, starts, cells }) {
  const start = (name) => starts.find((start) => start.stack === name)
  const cell = (name, tasks) => cells.find((cell) => cell.stack === name && cell.tasks === tasks)
  const startRows = starts.map(({ stack, bytes, firstToast }) => [
    stack,
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
    `Each task is checked once per second, for ${options.seconds} s after a warm-up. Times are milliseconds of the main thread per update, that is, per status from the server: `
      + 'CPU time in total (“main”), for script and for layout, and elapsed time (“wall”). '
      + '“checked” is the percentage of due checks that were made, or of updates that were pushed. Long tasks take more than 50 ms. Memory is measured after a garbage collection.',
    table(['page', 'brotli kB', '/ peer', 'first toast ms', '/ floor', '/ peer'], startRows, 1),
    table(
      ['tasks', 'page', 'main', 'script', 'layout', 'wall', '/ floor', '/ peer', 'checked', 'long tasks', 'longest ms', 'heap MB', 'WASM MB', 'nodes'],
      cellRows,
      2,
    ),
    ...(problems.length > 0 ? [['Errors in the pages:', ...problems].join('\n')] : []),
  ].join('\n\n')
}
