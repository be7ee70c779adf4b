// Keeps copies of files that are being uploaded, in an IndexedDB database for each store. It is loaded only by
// apps that keep files, and used by the Rust crate and the npm package alike.

// Bytes of a file in one record. Only one record of a file is written at a time.
const PART = 8 * 2 ** 20;
const PARTS = 'parts';

// Open connections by store. They stay open: Firefox reads files of a database through its connection.
const connections = new Map();

const open = (store) => {
  const known = connections.get(store);
  if (known) return known;
  const forget = () => connections.delete(store);
  const connection = new Promise((resolve, reject) => {
    const request = indexedDB.open(store, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(PARTS);
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      const database = request.result;
      database.onclose = forget;
      // Another tab deletes everything.
      database.onversionchange = () => {
        forget();
        database.close();
      };
      resolve(database);
    };
  });
  connections.set(store, connection);
  connection.catch(forget);
  return connection;
};

// The result of a request in a transaction of its own, once that is complete.
const transact = async (store, mode, request) => {
  const transaction = (await open(store)).transaction(PARTS, mode);
  const { result } = await new Promise((resolve, reject) => {
    // Also if the disk is full.
    transaction.onabort = () => reject(transaction.error);
    const made = request(transaction.objectStore(PARTS));
    transaction.oncomplete = () => resolve(made);
  });
  return result;
};

// The keys of a file's records are `[task, number]`.
const all = (task) => IDBKeyRange.bound([task], [task, []]);

const remove = (store, task) => transact(store, 'readwrite', (parts) => parts.delete(all(task)));

const lockOf = (store, task) => `${store}:copy:${task}`;

// Holds a lock until the copy is not wanted any more or the page is left, so that no other tab takes the
// copy for one that nobody needs.
const hold = (store, task, signal) =>
  new Promise((resolve, reject) => {
    const released = new Promise((release) => {
      signal.addEventListener('abort', release);
      addEventListener('pagehide', release, { signal });
    });
    const granted = () => {
      resolve();
      return released;
    };
    navigator.locks.request(lockOf(store, task), { signal }, granted).catch(reject);
  });

// Private windows of WebKit store buffers, but no blobs.
let storesBlobs = true;

const write = async (store, key, blob, { name, type }) => {
  const put = (part) => transact(store, 'readwrite', (parts) => parts.put({ name, type, part }, key));
  try {
    if (storesBlobs) return await put(blob);
  } catch (exception) {
    if (exception?.name === 'QuotaExceededError') throw exception;
  }
  const written = await put(await blob.arrayBuffer());
  storesBlobs = false;
  return written;
};

const ACTIONS = {
  // Copies a file. The file; undefined if there is no complete copy.
  async keep(store, task, file, signal) {
    const { quota, usage } = (await navigator.storage?.estimate?.()) ?? {};
    if (quota - usage < file.size) return undefined;
    await hold(store, task, signal);
    await remove(store, task);
    let count = 0;
    for (let start = 0; start < file.size; start += PART) {
      if (signal.aborted) return undefined;
      await write(store, [task, count], file.slice(start, start + PART), file);
      count += 1;
    }
    // Another tab may have deleted some of them.
    const written = await transact(store, 'readonly', (parts) => parts.count(all(task)));
    return written === count ? file : undefined;
  },

  // The file, if the page still has it, or else its copy; undefined if there is none.
  async open(store, task, file) {
    if (file) return file;
    const records = await transact(store, 'readonly', (parts) => parts.getAll(all(task)));
    if (!records.length) return undefined;
    const [{ name, type }] = records;
    return new File(records.map(({ part }) => part), name, { type });
  },

  drop: remove,

  // Deletes the copies of all tasks but `kept`, and those that another tab holds.
  async sweep(store, _, kept) {
    const keys = await transact(store, 'readonly', (parts) => parts.getAllKeys());
    const tasks = new Set(keys.map(([task]) => task));
    for (const task of tasks) {
      if (kept.includes(task)) continue;
      const removed = (lock) => lock && remove(store, task);
      await navigator.locks.request(lockOf(store, task), { ifAvailable: true }, removed);
    }
  },
};

// Undefined if something fails: then no file is kept.
export const keptFiles = async (action, store, task, value, signal) => {
  try {
    return await ACTIONS[action](store, task, value, signal);
  } catch {
    return undefined;
  }
};
