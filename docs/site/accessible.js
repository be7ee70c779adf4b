// What mdBook's pages lack for a keyboard and a screen reader.

// mdBook shows the table of contents by the label of a hidden checkbox.
const label = document.getElementById('mdbook-sidebar-toggle')
const checkbox = document.getElementById('mdbook-sidebar-toggle-anchor')
if (label && checkbox) {
  const button = document.createElement('button')
  button.type = 'button'
  button.className = label.className
  button.title = button.ariaLabel = 'Table of contents'
  button.setAttribute('aria-controls', 'mdbook-sidebar')
  button.append(...label.childNodes)
  button.addEventListener('click', () => label.click())
  const update = () => { button.ariaExpanded = String(checkbox.checked) }
  checkbox.addEventListener('change', update)
  update()
  label.classList.add('hidden')
  label.after(button)
}

const bar = document.getElementById('mdbook-menu-bar')
if (bar) bar.role = 'banner'

// Whatever can be scrolled can be focused, so that it can be scrolled with the arrow keys.
const scrollable = document.querySelectorAll('main pre > code, main .table-wrapper')
const sizes = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    if (target.scrollWidth > target.clientWidth) target.tabIndex = 0
    else target.removeAttribute('tabindex')
  }
})
for (const element of scrollable) sizes.observe(element)
