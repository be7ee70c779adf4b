// The element `<background-tasks>`. What it does is made by `create`, which is
// given the element and answers `{ api, update(attribute), destroy() }`.

const NAME = 'background-tasks';

export function defineElement(create, observed) {
  if (customElements.get(NAME)) return;
  customElements.define(
    NAME,
    class extends HTMLElement {
      static observedAttributes = observed;

      #live = null;

      #refused = false;

      constructor() {
        super();
        // Frameworks look for it on the element; one may be set before this.
        this.options ??= null;
      }

      get api() {
        return this.#live?.api ?? null;
      }

      connectedCallback() {
        // A stand-in has been given its content already.
        if (this.#live || this.hasAttribute('data-stand-in')) return;
        this.#refused = true;
        this.#live = create(this);
        this.#refused = false;
      }

      disconnectedCallback() {
        // One that is only moved is connected again by then.
        queueMicrotask(() => {
          if (this.isConnected || !this.#live) return;
          const { destroy } = this.#live;
          this.#live = null;
          destroy();
        });
      }

      attributeChangedCallback(name) {
        if (this.#live) this.#live.update(name);
        // What was wrong may be right now.
        else if (this.#refused && this.isConnected) this.connectedCallback();
      }
    },
  );
}
