// The element `<background-tasks>`. `create` receives the element and returns
// `{ api, update(attribute), destroy() }`.

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
        // Frameworks check whether the property exists. It may be set before the upgrade.
        this.options ??= null;
      }

      get api() {
        return this.#live?.api ?? null;
      }

      connectedCallback() {
        // A stand-in has its content already.
        if (this.#live || this.hasAttribute('data-stand-in')) return;
        this.#refused = true;
        this.#live = create(this);
        this.#refused = false;
      }

      disconnectedCallback() {
        // An element that is only moved is connected again by then.
        queueMicrotask(() => {
          if (this.isConnected || !this.#live) return;
          const { destroy } = this.#live;
          this.#live = null;
          destroy();
        });
      }

      attributeChangedCallback(name) {
        if (this.#live) this.#live.update(name);
        // The change may have corrected the attribute that was invalid.
        else if (this.#refused && this.isConnected) this.connectedCallback();
      }
    },
  );
}
