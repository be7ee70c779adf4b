// Validates values of the host page and creates those that it gets. In JavaScript this takes a
// fraction of the bytes that it takes in WASM.

export const wrong = (name, expected) => new TypeError(`${name} must be ${expected}`);

const isText = (value) => typeof value === 'string';
const isFunction = (value) => typeof value === 'function';
const isObject = (value) => typeof value === 'object' && value !== null;
const isNumber = (value, least, most) => typeof value === 'number' && value >= least && value <= most;
const isWhole = (value, least, most) => Number.isInteger(value) && isNumber(value, least, most);
const isTexts = (value) => Array.isArray(value) && value.every(isText);

// `instanceof` fails for nodes of another window. This throws for what only looks like a node.
const isNode = (value) => {
  try {
    new Range().isPointInRange(value, 0);
    return true;
  } catch {
    return false;
  }
};

const hostOf = (root) => (root instanceof ShadowRoot ? root.host : null);

// The elements of all instances on the page.
const shown = new Set();

export const show = (element) => shown.add(element);

export const hide = (element) => {
  element.remove();
  shown.delete(element);
};

// The functions `onError` of all instances, each in an array of its own.
const reporters = new Set();

export const reporter = (onError) => {
  const own = [onError];
  reporters.add(own);
  return own;
};

export const forget = (reporter) => reporters.delete(reporter);

// Nothing depends on whether the function throws or rejects.
export const report = async ([onError], message, source, task = null, status) => {
  try {
    await onError(failure(message, status), { source, task });
  } catch (exception) {
    console.error(exception);
  }
};

let hasStopped = false;

// After a panic or a trap, the memory of the module is invalid.
export const stopped = (why) => {
  if (hasStopped) return;
  hasStopped = true;
  const text =
    'yew-background-tasks has stopped because of a bug and removes its toasts; the page continues. ' +
    'The server continues its jobs, and they are monitored again when the page is reloaded. ' +
    `Please report this: ${why}`;
  console.error(text);
  shown.forEach(hide);
  reporters.forEach((reporter) => report(reporter, text, 'panic'));
};

export const assertRunning = () => {
  if (hasStopped) throw new Error('yew-background-tasks has stopped: see the console, and reload the page.');
};

// wasm-bindgen's glue looks in these places for an exception that a function returns.
const REFUSAL = Object.defineProperties([], { 1: { get: assertRunning }, 2: { get: assertRunning } });

// Browsers throw the last two if the stack overflows: V8 and JavaScriptCore, and SpiderMonkey.
const isTrap = (error) =>
  error instanceof WebAssembly.RuntimeError || error instanceof RangeError || error?.name === 'InternalError';

// The exports of the module, none of which runs any more after one has trapped: its methods throw.
// Internal functions, which timers and listeners call too, return a refusal, and `destroy` nothing.
export const guarded = (exports) => {
  const guard = ([name, value]) => {
    if (!isFunction(value)) return [name, value];
    const isSilent = /^(_|wasm_bindgen_)|_destroy$/.test(name);
    const call = (...values) => {
      if (hasStopped && isSilent) return REFUSAL;
      assertRunning();
      try {
        return value(...values);
      } catch (error) {
        if (isTrap(error)) stopped(`${error}\n${error.stack}`);
        throw error;
      }
    };
    return [name, call];
  };
  return Object.fromEntries(Object.entries(exports).map(guard));
};

// Whether `node` contains an element, also one in a shadow tree.
const contains = (node, element) => {
  for (let place = element; place; place = hostOf(place.getRootNode())) {
    if (node.contains(place)) return true;
  }
  return false;
};

// A node that can be inserted into a toast: an element, a text or a fragment without toasts. For
// anything else the browser would throw while the toast is rendered.
const isContent = (value) =>
  isNode(value) &&
  [1, 3, 11].includes(value.nodeType) &&
  !(value instanceof ShadowRoot) &&
  !value.matches?.('[data-toaster]') &&
  !value.querySelector?.('[data-toaster]') &&
  ![...shown].some((element) => contains(value, element));

const DIRECTIONS = ['left', 'right', 'up', 'down'];
const EDGES = ['top', 'right', 'bottom', 'left'];
const BUILT_IN = ['upload', 'video', 'embedding'];
const MOST_COUNT = 2 ** 32 - 1;
const MOST_BYTES = Number.MAX_SAFE_INTEGER;

// A rule returns a value as the Rust side reads it, or throws.
const rule = (expected, isValid, convert) => (value, name) => {
  if (!isValid(value)) throw wrong(name, expected);
  return convert ? convert(value, name) : value;
};
const oneOf = (expected, ...words) => rule(expected, (value) => words.includes(value));
const number = (expected, least, most) => rule(expected, (value) => isNumber(value, least, most));
const whole = (expected, least, most) => rule(expected, (value) => isWhole(value, least, most));
const instance = (expected, name) =>
  // The tag is for objects of another window.
  rule(
    expected,
    (value) => value instanceof globalThis[name] || (isObject(value) && value[Symbol.toStringTag] === name),
  );
const orNull = (other) => (value, name) => (value === null ? null : other(value, name));
const optional = (other) => (value, name) => (value == null ? [] : other(value, name));

const text = rule('a string', isText);
const boolean = rule('a boolean', (value) => typeof value === 'boolean');
const callback = rule('a function', isFunction);
const object = rule('an object', isObject);
const pixels = whole('a whole number of pixels, 0 or more', 0, 65535);

const headers = (value, name) => {
  const expected = 'an object of strings, pairs of strings, Headers, or a function of them';
  if (!isObject(value)) throw wrong(name, expected);
  const pairs = value[Symbol.iterator] ? [...value] : Object.entries(value);
  return pairs.flatMap((pair) => {
    const both = Array.isArray(pair) && [pair[0], pair[1]];
    if (!both || !isTexts(both)) throw wrong(name, expected);
    return both;
  });
};

// `JSON.stringify` alone would leave out functions and symbols, and replace numbers that are
// not finite.
const strict = (key, value) => {
  const isInfinite = typeof value === 'number' && !Number.isFinite(value);
  if (isInfinite || ['function', 'symbol', 'bigint'].includes(typeof value)) throw value;
  return value;
};

const RULES = {
  any: (value) => value,
  text,
  boolean,
  pixels,
  function: callback,
  store: rule('a non-empty string', (value) => isText(value) && value),
  storeOrNull: rule('a non-empty string, or null', (value) => value === null || (isText(value) && value)),
  id: rule(
    'a non-empty string, an integer from 0 to 2^53 - 1, or a bigint from 0',
    (value) =>
      isText(value) ? value : isWhole(value, 0, MOST_BYTES) || (typeof value === 'bigint' && value >= 0),
    String,
  ),
  object,
  options: rule('an object', (value) => value == null || isObject(value)),
  millis: number('milliseconds, 0 or more', 0, 1e22),
  duration: number('milliseconds, 0 or more, or Infinity', 0, Infinity),
  count: whole('a whole number, 1 or more', 1, MOST_COUNT),
  bytes: whole('a whole number of bytes', 0, MOST_BYTES),
  chunk: whole('a whole number of bytes, at least 1', 1, MOST_BYTES),
  share: number('a number from 0 to 1', 0, 1),
  speed: number('a number from 0.001 to 1000000', 0.001, 1e6),
  keepFiles: rule(
    'a boolean, or a whole number of bytes',
    (value) => typeof value === 'boolean' || isWhole(value, 0, MOST_BYTES),
  ),
  percent: number('a number from 0 to 100', 0, 100),
  progress: orNull(number('a number from 0 to 100, or null', 0, 100)),
  credentials: oneOf('omit, same-origin or include', 'omit', 'same-origin', 'include'),
  dir: oneOf('ltr, rtl or auto', 'ltr', 'rtl', 'auto'),
  followUp: rule(
    'milliseconds, 0 or more, after-video or null',
    (value) => value === null || value === 'after-video' || isNumber(value, 0, 1e22),
  ),
  types: rule('an array of strings such as video/* and .pdf', isTexts),
  resumable: (value, name) => (isObject(value) ? value : check(name, value, 'boolean')),
  metadata: rule(
    'an object of strings whose names are visible ASCII characters without commas',
    (value) => isObject(value) && isTexts(Object.values(value)) &&
      Object.keys(value).every((name) => /^[!-+\--~]+$/.test(name)),
    (value) => Object.entries(value).flat(),
  ),
  origins: rule('an array of origins such as https://store.example', isTexts),
  directions: orNull(rule(
    'an array of left, right, up and down, or null',
    (value) => isTexts(value) && value.every((word) => DIRECTIONS.includes(word)),
    (value) => DIRECTIONS.map((word) => value.includes(word)),
  )),
  inset: (value, name) =>
    EDGES.map((edge) => (isObject(value) ? field(value, `${name}.`, edge, 'pixels') : pixels(value, name))),
  element: rule(
    'an Element or a ShadowRoot',
    (value) => isNode(value) && (value.nodeType === 1 || value instanceof ShadowRoot),
  ),
  content: rule('a node without toasts, or a function that returns one', isContent),
  icon: rule(
    'a string, a node without toasts, or null',
    (value) => value === null || isText(value) || isContent(value),
  ),
  button: (value, name) => {
    const expected = 'an object with label and onClick';
    if (!isObject(value)) throw wrong(name, expected);
    const parts = [['label', 'text'], ['onClick', 'function'], ['closes', 'boolean']];
    const read = parts.map(([part, type]) => field(value, `${name}.`, part, type));
    if (read[0] === undefined || !read[1]) throw wrong(name, expected);
    return read;
  },
  // The client that the module of the simulator creates, once that has been loaded.
  simulated: (value, name) => {
    if (!check(name, value, isObject(value) ? 'object' : 'boolean')) return undefined;
    const types = { seed: 'count', speed: 'speed', failureRate: 'share' };
    const options = Object.fromEntries(
      Object.entries(types).map(([option, type]) => [option, field(value, `${name}.`, option, type)]),
    );
    const loading = import('../../../../simulated.js').then(({ simulated }) => simulated(options));
    // Each method reports it.
    loading.catch(() => {});
    const method = (name) => ({ [name]: async (...values) => (await loading)[name](...values) });
    const methods = ['status', 'cancel', 'upload', 'start', 'list', 'delete'].map(method);
    return RULES.client(Object.assign({}, ...methods), name);
  },
  // Names and endpoints of kinds of jobs.
  kinds: (value, name) =>
    members(value, name).flatMap(([kind, options, path]) => {
      if (!kind || BUILT_IN.includes(kind)) throw wrong(path, 'a kind with a name other than upload, video and embedding');
      return [kind, check(`${path}.endpoint`, object(options, path).endpoint, 'store')];
    }),
  // The client and its methods, `status` and others that may be missing.
  client: (value, name) => {
    if (object(value, name).status === undefined) throw wrong(name, 'an object with a method status');
    const methods = ['status', 'cancel', 'upload', 'start', 'list', 'delete', 'statuses', 'events'];
    return [value, ...methods.map((method) => field(value, `${name}.`, method, 'function'))];
  },
  // The same of a transport: `upload`, `discard` and `resumableFrom`.
  transport: (value, name) => {
    if (object(value, name).upload === undefined) throw wrong(name, 'an object with a method upload');
    const fields = [['upload', 'function'], ['discard', 'function'], ['resumableFrom', 'bytes']];
    return [value, ...fields.map(([name, type]) => field(value, 'uploadTransport.', name, type))];
  },
  file: instance('a File', 'File'),
  signal: orNull(instance('an AbortSignal', 'AbortSignal')),
  headers: (value, name) => (isFunction(value) ? value : headers(value, name)),
  // What functions of the page return.
  headersProvided: optional(headers),
  tokenProvided: optional(rule(
    'a non-empty string, null or undefined',
    (value) => isText(value) && value,
    (value) => ['Authorization', `Bearer ${value}`],
  )),
  // The JSON text; empty for a value that is not JSON.
  meta: orNull((value) => {
    try {
      return JSON.stringify(value, strict) ?? '';
    } catch {
      return '';
    }
  }),
};

export const check = (name, value, type) => RULES[type](value, name);

// A field that is `undefined` counts as missing, and so does each of an object that is missing.
export const field = (object, path, name, type) => {
  const value = object?.[name];
  return value === undefined ? value : RULES[type](value, path + name);
};

export const content = (value, id) => check('content', isFunction(value) ? value(id) : value, 'content');

// The language of a node or of its closest ancestor that has one, also outside of the shadow
// trees that it is in; otherwise that of the document.
export const languageOf = (node) => {
  for (let place = node; place; place = hostOf(place.getRootNode())) {
    const near = place.closest?.('[lang]');
    if (near) return near.getAttribute('lang');
  }
  return document.documentElement?.getAttribute('lang');
};

// Headers and tokens, names and values, that a function of the page provides for a request. An
// exception is logged, and becomes the text why the request was not sent.
export const provided = async (name, provide, type) => {
  try {
    return RULES[type](await provide(), name);
  } catch (exception) {
    console.warn(`yew-background-tasks: ${name}:`, exception);
    const { message } = isObject(exception) ? exception : { message: exception };
    const reason = isText(message) && message ? message : 'an exception';
    throw reason.startsWith(name) ? reason : `${name}: ${reason}`;
  }
};

// The JSON text of a value: empty for `undefined`, and null for what is not JSON.
const json = (value) => {
  try {
    return JSON.stringify(value, (key, value) => (typeof value === 'bigint' ? `${value}` : value)) ?? '';
  } catch {
    return null;
  }
};

// The JSON text of what a method of the page's client returns. An exception with a number `status` is
// treated as a response with that status, and one with a `reason` as that error: then status, seconds,
// message and reason are thrown.
export const call = async (client, method, values, options, signal) => {
  let result;
  try {
    result = await method.call(client, ...values, { ...options, signal });
  } catch (exception) {
    // It may be an error in the page's own code, unless nobody waits for the result any more.
    if (!signal?.aborted) console.warn(`yew-background-tasks: ${method.name}():`, exception);
    const { status, retryAfter, message, reason } = exception ?? {};
    const isResponse = isWhole(status, 0, 65535);
    throw (isResponse || isText(reason)) &&
      [status, retryAfter, isText(message) && message ? message : null, isResponse ? null : reason];
  }
  return json(result);
};

// The options of the method `events` of a client.
export const stream = (onStatuses) => ({ onEvent: (kind, statuses) => onStatuses(kind, json(statuses)) });

// What a function of the page returns for a complete upload. An exception is logged.
export const readAttachmentId = (read, url, headers) => {
  try {
    const id = read(url, new Headers(headers));
    return id == null ? undefined : check('attachmentId()', id, 'id') && id;
  } catch (exception) {
    console.warn('yew-background-tasks: attachmentId():', exception);
    return undefined;
  }
};

const frozen = (key, value) => Object.freeze(value);

export const task = (
  id, kind, title, attachmentId, state, startedAt, progress = null, retryIn = null, error = null, meta = 'null',
) =>
  Object.freeze({
    id, kind, title, attachmentId, state, startedAt, progress, retryIn, error, meta: JSON.parse(meta, frozen),
  });

export const event = (
  taskId, kind, name, from = null, to = null, attempt, retryIn = null, reason = null, meta = 'null',
) =>
  Object.freeze({
    taskId, kind, name, from, to, attempt, retryIn, reason, meta: JSON.parse(meta, frozen),
  });

export const attachment = (id, title, contentType, size) => ({ id, title, content_type: contentType, size });

export const failure = (message, status) =>
  Object.assign(new Error(message), { name: 'BackgroundTasksError', status });

const destroyed = () => new DOMException('the tasks were destroyed', 'AbortError');

// A promise and the function that settles it. Without arguments it is rejected, as by `destroy()`.
export const pending = () => {
  let settle;
  const promise = new Promise((resolve, reject) => {
    settle = (isFulfilled, value) => (isFulfilled ? resolve(value) : reject(value ?? destroyed()));
  });
  return [promise, settle];
};

export const job = (kind, attachmentId, key) => ({ kind, attachmentId, key });

export const attempt = (title, idempotencyKey, state, onState, onProgress) => ({
  title,
  idempotencyKey,
  state: state ?? null,
  onState: (state) => onState(check('state', state, 'text')),
  onProgress,
});

export const newAttachment = (file, title, idempotencyKey) => ({ file, title, idempotencyKey });

// A toast with a progress, or a closed one with a reason.
export const toast = (id, kind, title, description, name, value) =>
  ({ id, kind, title, description, [name]: value });

export const fieldOf = (name, value) => ({ [name]: value });

export const copy = (options) => ({ ...options });

// The title and the options of a toast; undefined if there is none. The fields of an object
// override the options of all toasts.
const titled = (name, content, options) => {
  if (content == null) return undefined;
  if (isText(content)) return [content, { ...options }];
  if (!isObject(content) || !isText(content.title)) throw wrong(name, 'a string, or an object with a title');
  return [content.title, { ...options, ...content }];
};

// A value, or the result of a function of the outcome, which may be async.
const evaluated = (value, outcome) => (isFunction(value) ? value(outcome) : value);

export const loading = (options) => {
  const toast = titled('loading', options.loading, options);
  // A description that is a function needs the outcome.
  if (isFunction(toast?.[1].description)) delete toast[1].description;
  return toast;
};

// Whether a promise, or a function that returns one, has failed, and its value. An `Error` and an
// HTTP response with an error status are failures too.
export const outcome = async (work) => {
  try {
    const value = await evaluated(work);
    return [value instanceof Error || (value instanceof Response && !value.ok), value];
  } catch (exception) {
    return [true, exception];
  }
};

// The title and options of the toast for an outcome; undefined if there is none.
export const settled = async ([failed, value], options) => {
  const name = failed ? 'error' : 'success';
  const toast = titled(name, await evaluated(options[name], value), options);
  const description = toast?.[1].description;
  if (description !== undefined) toast[1].description = await evaluated(description, value);
  return toast;
};

// The states in which a task has ended.
const ENDED = ['succeeded', 'failed', 'cancelled'];

// A task once it has ended. Rejected if there is no such task, it is removed, or a signal is
// aborted: `waits` is aborted by `destroy()`.
export const finished = (tasks, subscribe, id, signal, waits) =>
  new Promise((resolve, reject) => {
    const listeners = new AbortController();
    let unsubscribe;
    const settle = (how, value) => {
      listeners.abort();
      unsubscribe?.();
      how(value);
    };
    const onAbort = (of, reason) =>
      of?.addEventListener('abort', () => settle(reject, reason()), { signal: listeners.signal });
    const unknown = () => settle(reject, new Error(`no task has the id ${id}`));
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const now = tasks().find((task) => task.id === id);
    if (!now) {
      unknown();
    } else if (ENDED.includes(now.state)) {
      resolve(now);
    } else {
      onAbort(signal, () => signal.reason);
      onAbort(waits, destroyed);
      unsubscribe = subscribe(
        (task) => task.id === id && ENDED.includes(task.state) && settle(resolve, task),
        (task) => task.id === id && unknown(),
      );
    }
  });

const camelCased = (names) =>
  names.trim().split(' ').map((name) => name.replace(/_./g, (part) => part[1].toUpperCase()));

// The properties of an object, except those that are undefined, with their paths.
const members = (value, path) =>
  Object.entries(object(value, path))
    .filter(([, member]) => member !== undefined)
    .map(([name, member]) => [name, member, `${path}.${name}`]);

const indexOf = (known, name, path) => {
  const index = known.indexOf(name);
  if (index < 0) throw wrong(path, `removed: the known keys are ${known.join(', ')}`);
  return index;
};

// The texts of kinds, then those of the option `texts`, which replace them.
export const texts = (value = {}, kinds = {}, ...names) => {
  const [single, upload, jobs, reasons, labels] = names.map(camelCased);
  const groups = { upload, jobs, reasons, labels };
  const keys = ['language', ...single];
  const read = (group, known, all, kind) =>
    all.map(([name, member, path]) => [group, indexOf(known, name, path), text(member, path), kind]);
  const ofJobs = (kind, texts, path) => read('jobs', jobs, members(texts, path), kind);
  const ofKinds = members(kinds, 'kinds').flatMap(([kind, { texts = {} }, path]) =>
    ofJobs(kind, texts, `${path}.texts`));
  return ofKinds.concat(members(value, 'texts').flatMap(([name, member, path]) => {
    const known = Object.hasOwn(groups, name) && groups[name];
    if (!known) {
      indexOf([...keys, ...Object.keys(groups)], name, path);
      return read('texts', keys, [[name, member, path]]);
    }
    if (known !== jobs) return read(name, known, members(member, path));
    return members(member, path).flatMap(([kind, ofKind, path]) => ofJobs(kind, ofKind, path));
  }));
};

// Copies of files, made by a module that only pages that keep files load. Undefined without it: then no file is
// kept.
export const keptFiles = async (...values) => {
  try {
    return await (await import('../../../../kept-files.js')).keptFiles(...values);
  } catch {
    return undefined;
  }
};
