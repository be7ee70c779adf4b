// The element `<background-tasks>`. `create` receives the element and its options, and returns
// `[api, configure(isComplete, options), connected(isConnected), destroy()]`.

const NAME = 'background-tasks';

// How long a removed element continues: pages that replace their body insert it again.
const GRACE = 1000;

// How the value of an attribute is parsed.
const text = (value) => value;
const keyword = (value) => value.toLowerCase();
const textOrNull = (value) => value || null;
// The option's validation rejects NaN.
const number = (value) => (value.trim() ? Number(value) : NaN);
const boolean = (value) => value !== 'false';

// Attributes that are read once, at the end of the task in which the element is connected, or when
// its `api` is used, as is the property `options`: the option that each sets, and its format.
const FIXED = {
  'base-url': ['baseUrl', text],
  lang: ['lang', text],
  store: ['store', text],
  'interval-ms': ['intervalMs', number],
  'resumable-uploads': ['resumableUploads', boolean],
  batch: ['batch', boolean],
  events: ['events', boolean],
  simulated: ['simulated', boolean],
  indicator: ['indicator', boolean],
};

// Attributes for options of the toaster: changes take effect while the element is connected.
const CHANGING = {
  position: ['position', keyword],
  theme: ['theme', keyword],
  dir: ['dir', keyword],
  hotkey: ['hotkey', textOrNull],
  'visible-toasts': ['visibleToasts', number],
  expand: ['expand', boolean],
  'close-button': ['closeButton', boolean],
  'rich-colors': ['richColors', boolean],
  invert: ['invert', boolean],
};

const ATTRIBUTES = { ...FIXED, ...CHANGING };

// The option that an attribute sets; none if the attribute is missing.
const option = (element, name) => {
  const value = element.getAttribute(name);
  const [key, parse] = ATTRIBUTES[name];
  return value === null ? null : { [key]: parse(value) };
};

// The options of the element: its attributes, overridden by its property `options`. The language
// is that of this element, unless an option says otherwise.
const optionsOf = (element) => {
  const { options } = element;
  const own = typeof options === 'object' ? options : null;
  return Object.assign({ element }, ...Object.keys(ATTRIBUTES).map((name) => option(element, name)), own);
};

export function defineElement(create) {
  if (customElements.get(NAME)) return;
  customElements.define(
    NAME,
    class extends HTMLElement {
      static observedAttributes = Object.keys(ATTRIBUTES);

      #live = null;

      #api = null;

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
        return this.#api;
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
        if (this.#live && CHANGING[name]) this.#update(name);
        else this.#changed(name);
      }

      // Other settings stay as they are, including those set by JavaScript. If the attribute was
      // removed, all settings of the toaster are read again.
      #update(name) {
        const changed = option(this, name);
        this.#live.configure(!changed, changed ?? optionsOf(this));
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
          this.#live ??= this.#create();
        } catch (error) {
          reportError(error);
        }
      }

      #create() {
        const [api, configure, connected, destroy] = create(this, optionsOf(this));
        const dispatch = (name) => (detail) =>
          this.dispatchEvent(new CustomEvent(name, { bubbles: true, composed: true, detail }));
        api.subscribe(dispatch('taskchange'), dispatch('taskclear'));
        this.#api = api;
        return { configure, connected, destroy };
      }

      #end() {
        const live = this.#live;
        this.#live = null;
        this.#api = null;
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
