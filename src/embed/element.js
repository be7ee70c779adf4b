// The element `<background-tasks>`. What it does is made by `create`, which is
// given the element and answers `{ api, update }`.

const NAME = 'background-tasks';

export function defineElement(create, observed) {
  if (customElements.get(NAME)) return;
  customElements.define(
    NAME,
    class extends HTMLElement {
      static observedAttributes = observed;

      #live = null;

      get api() {
        return this.#live?.api ?? null;
      }

      connectedCallback() {
        // A stand-in has been given its content already.
        if (this.#live || this.hasAttribute('data-stand-in')) return;
        this.#live = create(this);
      }

      disconnectedCallback() {
        // One that is only moved is connected again by then.
        queueMicrotask(() => {
          if (this.isConnected || !this.#live) return;
          const { api } = this.#live;
          this.#live = null;
          api.destroy();
        });
      }

      attributeChangedCallback() {
        this.#live?.update();
      }
    },
  );
}
