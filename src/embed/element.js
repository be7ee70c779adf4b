// The element `<background-tasks>`. `create` receives the element and returns
// `{ api, update(attribute), connected(isConnected), destroy() }`. Attributes in `fixed`, and
// the property `options`, are read once.

const NAME = 'background-tasks';

// How long a removed element continues: pages that replace their body insert it again.
const GRACE = 1000;

export function defineElement(create, changing, fixed) {
  if (customElements.get(NAME)) return;
  customElements.define(
    NAME,
    class extends HTMLElement {
      static observedAttributes = [...changing, ...fixed];

      #live = null;

      #options = null;

      // Whether the task in which it was connected has not ended: it may still be configured.
      #waits = false;

      // Whether something that is read once has changed while it was not on the page.
      #outdated = false;

      #warned = new Set();

      #timer = 0;

      constructor() {
        super();
        // Set before the upgrade, it would hide the accessor.
        const { options } = this;
        delete this.options;
        this.#options = options ?? null;
      }

      get options() {
        return this.#options;
      }

      set options(options) {
        const before = this.#options;
        this.#options = options ?? null;
        if (before !== this.#options) this.#changed('options');
      }

      get api() {
        if (this.#waits) this.#setUp();
        return this.#live?.api ?? null;
      }

      connectedCallback() {
        // A stand-in has its content already.
        if (this.hasAttribute('data-stand-in')) return;
        this.#live?.connected(true);
        this.#waits = true;
        this.#after(0, () => this.#setUp());
      }

      disconnectedCallback() {
        this.#waits = false;
        this.#live?.connected(false);
        this.#after(GRACE, () => this.#end());
      }

      attributeChangedCallback(name, before, after) {
        if (before === after) return;
        if (this.#live && changing.includes(name)) this.#live.update(name);
        else this.#changed(name);
      }

      #changed(name) {
        if (!this.#live) {
          // The change may have corrected what was invalid.
          if (this.isConnected) this.connectedCallback();
        } else if (this.#waits || !this.isConnected) {
          this.#outdated = true;
        } else if (!this.#warned.has(name)) {
          this.#warned.add(name);
          console.warn(
            `<${NAME}>: ${name} was changed after the element was set up, and has no effect ` +
              'until it is removed from the page and added again. Set it before, or in the same task.',
          );
        }
      }

      #setUp() {
        clearTimeout(this.#timer);
        this.#waits = false;
        if (this.#outdated) this.#end();
        try {
          this.#live ??= create(this);
        } catch (error) {
          reportError(error);
        }
      }

      #end() {
        const live = this.#live;
        this.#live = null;
        this.#outdated = false;
        this.#warned.clear();
        live?.destroy();
      }

      #after(wait, act) {
        clearTimeout(this.#timer);
        this.#timer = setTimeout(act, wait);
      }
    },
  );
}
