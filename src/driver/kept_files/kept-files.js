// Keeps copies of files that are being uploaded, in the origin private file system, or in IndexedDB where a page
// cannot write that. It is loaded only by apps that keep files, and used by the Rust crate and the npm package.

// Bytes of a file in one part of its copy. Only one part of a file is written at a time.
const PART = 8 * 2 ** 20;

// A place keeps numbered parts of each task of each store. Part 0 of a copy describes the file.

const NOTHING = () => {};

const folderOf = async (store, create) =>
  (await navigator.storage.getDirectory()).getDirectoryHandle(encodeURIComponent(store), { create });

const taskFolder = async (store, task, create) =>
  (await folderOf(store, create)).getDirectoryHandle(encodeURIComponent(task), { create });

// Each part is a file, in a folder for each task, in a folder for each store.
const PRIVATE_FILES = {
  async write(store, task, number, blob) {
    const folder = await taskFolder(store, task, true);
    const file = await folder.getFileHandle(`${number}`, { create: true });
    const writable = await file.createWritable();
    await writable.write(blob);
    await writable.close();
  },

  async read(store, task) {
    const parts = [];
    for await (const handle of (await taskFolder(store, task)).values()) {
      parts[handle.name] = await handle.getFile();
    }
    // Without those that are missing.
    return parts.flat();
  },

  async count(store, task) {
    let count = 0;
    for await (const _ of (await taskFolder(store, task)).keys()) count += 1;
    return count;
  },

  // There may be none. What another tab is writing is deleted by that tab.
  remove: async (store, task) =>
    (await folderOf(store, true)).removeEntry(encodeURIComponent(task), { recursive: true }).catch(NOTHING),

  async tasks(store) {
    const tasks = [];
    for await (const name of (await folderOf(store, true)).keys()) tasks.push(decodeURIComponent(name));
    return tasks;
  },

  forget: async (store) =>
    (await navigator.storage.getDirectory()).removeEntry(encodeURIComponent(store), { recursive: true }),
};

const PARTS = 'parts';

// Open connections by store. They stay open: Firefox reads files of a database through its connection.
const connections = new Map();

const connect = (store) => {
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
  const transaction = (await connect(store)).transaction(PARTS, mode);
  const { result } = await new Promise((resolve, reject) => {
    // Also if the disk is full.
    transaction.onabort = () => reject(transaction.error);
    const made = request(transaction.objectStore(PARTS));
    transaction.oncomplete = () => resolve(made);
  });
  return result;
};

// The keys of a task's parts are `[task, number]`.
const all = (task) => IDBKeyRange.bound([task], [task, []]);

// Private windows of WebKit store buffers, but no blobs.
let storesBlobs = true;

// Each part is a record, in a database for each store.
const DATABASE = {
  async write(store, task, number, blob) {
    const put = (part) => transact(store, 'readwrite', (parts) => parts.put(part, [task, number]));
    try {
      if (storesBlobs) return await put(blob);
    } catch (exception) {
      // The disk is full, or the connection was closed.
      if (['QuotaExceededError', 'InvalidStateError', 'AbortError'].includes(exception?.name)) throw exception;
    }
    await put(await blob.arrayBuffer());
    storesBlobs = false;
  },

  read: (store, task) => transact(store, 'readonly', (parts) => parts.getAll(all(task))),

  count: (store, task) => transact(store, 'readonly', (parts) => parts.count(all(task))),

  remove: (store, task) => transact(store, 'readwrite', (parts) => parts.delete(all(task))),

  async tasks(store) {
    const keys = await transact(store, 'readonly', (parts) => parts.getAllKeys());
    return [...new Set(keys.map(([task]) => task))];
  },

  forget: async (store) => indexedDB.deleteDatabase(store),
};

// Some versions of Safari have private files, but can write them only in workers. Private windows have none.
const choose = async () => {
  try {
    await navigator.storage.getDirectory();
    return FileSystemFileHandle.prototype.createWritable ? PRIVATE_FILES : DATABASE;
  } catch {
    return DATABASE;
  }
};
let chosen;
const place = () => (chosen ??= choose());

const lockOf = (store, task) => `${store}:copy:${task}`;

// Makes a copy under a lock, which is held until the copy is not wanted any more or the page is left, so that
// no other tab takes the copy for one that nobody needs.
const hold = (store, task, signal, copy) =>
  new Promise((resolve, reject) => {
    const left = new Promise((release) => {
      signal.addEventListener('abort', release);
      addEventListener('pagehide', release, { signal });
    });
    const granted = async () => {
      resolve(await copy());
      await left;
    };
    navigator.locks.request(lockOf(store, task), { signal }, granted).catch(reject);
  });

const ACTIONS = {
  // Copies a file. The file; undefined if there is no complete copy.
  async keep(store, task, file, signal) {
    const { quota, usage } = (await navigator.storage?.estimate?.()) ?? {};
    if (quota - usage < file.size) return undefined;
    const { write, count, remove } = await place();
    return hold(store, task, signal, async () => {
      await remove(store, task);
      const { name, type, size } = file;
      const description = new Blob([JSON.stringify({ name, type })]);
      let number = 0;
      try {
        await write(store, task, number, description);
        for (let start = 0; start < size && !signal.aborted; start += PART) {
          number += 1;
          await write(store, task, number, file.slice(start, start + PART));
        }
        // Another tab may have deleted some of them.
        if (!signal.aborted && (await count(store, task)) === number + 1) return file;
      } catch {
        // The disk is full, for example.
      }
      await remove(store, task);
      return undefined;
    });
  },

  // The file, if the page still has it, or else its copy; undefined if there is none.
  async open(store, task, file) {
    if (file) return file;
    const [description, ...parts] = await (await place()).read(store, task);
    const { name, type } = JSON.parse(await new Blob([description]).text());
    return new File(parts, name, { type });
  },

  drop: async (store, task) => (await place()).remove(store, task),

  // Deletes the copies of all tasks but `kept`, and those that another tab holds.
  async sweep(store, _, kept) {
    const { tasks, remove } = await place();
    for (const task of await tasks(store)) {
      if (kept.includes(task)) continue;
      const removed = (lock) => lock && remove(store, task);
      await navigator.locks.request(lockOf(store, task), { ifAvailable: true }, removed);
    }
  },

  // Deletes all copies, also if none was ever made.
  forget: async (store) => (await place()).forget(store),
};

// Undefined if something fails: then no file is kept.
export const keptFiles = async (action, store, task, value, signal) => {
  try {
    return await ACTIONS[action](store, task, value, signal);
  } catch {
    return undefined;
  }
};
