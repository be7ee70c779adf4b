// A client without a server: jobs run by the clock, with irregular progress, and fail by chance. Only
// pages that use it load it, and its WASM with it.

const ENDPOINTS = new Map([['video', 'video-processing'], ['embedding', 'embeddings']]);

// Between two progress events of an upload, as in browsers.
const PROGRESS_INTERVAL = 50;

const load = async ({ seed = 1, speed = 1, failureRate = 0 }) => {
  const { default: init, Simulator } = await import('./simulated/simulator.js');
  await init();
  return new Simulator(seed, speed, failureRate, performance.now());
};

const sleep = (millis, signal) =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, millis);
    const abort = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort);
  });

export const simulated = (options = {}) => {
  const loading = load(options);
  // Each method reports it.
  loading.catch(() => {});
  // The response of a request takes a while; only then is the request carried out.
  const send = async (operation, { kind = '', key = '' }, { signal }, execute) => {
    const server = await loading;
    const endpoint = ENDPOINTS.get(kind) ?? kind;
    await sleep(server.receive(operation, endpoint, String(key)), signal);
    try {
      return execute(server, performance.now(), endpoint);
    } catch (refusal) {
      if (typeof refusal !== 'string') throw refusal;
      const [status, ...words] = refusal.split(' ');
      throw Object.assign(new Error(words.join(' ')), { status: Number(status) });
    }
  };
  return {
    status: (job, call) => send('status', job, call, (server, now, endpoint) => {
      const [status, progress, error] = server.status(endpoint, job.key, String(job.attachmentId), now);
      return { status, progress, error };
    }),
    cancel: (job, call) => send('cancel', job, call, (server, now, endpoint) =>
      server.cancel(endpoint, job.key, String(job.attachmentId), now)),
    start: (kind, id, call) => send('start', { kind, key: id }, call, (server, now, endpoint) => {
      const key = server.start(endpoint, String(id), call.idempotencyKey, now);
      return key === undefined ? key : { queue_id: key };
    }),
    upload: async ({ file, title, idempotencyKey }, call) => {
      const time = (await loading).uploadTime(file.size);
      const start = performance.now();
      for (let share = 0; ; await sleep(Math.max(PROGRESS_INTERVAL, time / 100), call.signal)) {
        share = time ? Math.min((performance.now() - start) / time, 1) : 1;
        call.onProgress(share * file.size);
        if (share === 1) break;
      }
      return send('upload', {}, call, (server, now) => {
        const { type, size } = file;
        return { id: server.upload(title, type, size, idempotencyKey, now), title, content_type: type, size };
      });
    },
    list: (call) => send('list', {}, call, (server) => {
      const values = server.list();
      const files = [];
      while (values.length) {
        const [id, title, type, size] = values.splice(0, 4);
        files.push({ id, title, content_type: type, size });
      }
      return files;
    }),
    delete: (id, call) => send('delete', { key: id }, call, (server) => server.delete(String(id))),
  };
};
