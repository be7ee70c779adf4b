// What tests of toasts do and see on the demo, in any engine.

/** The name of the focused element: for a toast its title, for a button in one also the button's. */
export const focused = (page) => page.evaluate(() => {
  const element = document.activeElement
  const toast = element.closest('[data-toast]')
  if (!toast) return element.name || element.textContent || element.tagName
  const title = toast.querySelector('[data-title]').textContent
  return element === toast ? title : `${title}: ${element.getAttribute('aria-label') ?? element.textContent}`
})

/** Adds toasts of three heights: low, high, medium; the last one is in front. */
export const addThree = (page, position) =>
  page.evaluate((position) => {
    const options = { position, duration: Infinity }
    backgroundTasks.toast.info('one line', options)
    backgroundTasks.toast.info('high', { ...options, description: 'one\ntwo\nthree\nfour' })
    backgroundTasks.toast.info('middle', { ...options, description: 'one' })
  }, position)
