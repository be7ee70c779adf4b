// Uploads to object storage with the S3 API. The app signs the requests. It is loaded only by apps that
// use it, and used by the Rust crate and the npm package alike.

const MIB = 2 ** 20;
const MOST_PARTS = 10_000;
// Of S3, for every part but the last.
const SMALLEST_PART = 5 * MIB;
const LARGEST_PART = 5 * 1024 * MIB;

const MULTIPART = ['createMultipart', 'signPart', 'listParts', 'completeMultipart', 'abortMultipart'];

const isText = (value) => typeof value === 'string' && value !== '';
const isWhole = (value, least = 0, most = Number.MAX_SAFE_INTEGER) =>
  Number.isSafeInteger(value) && value >= least && value <= most;
const isId = (value) => value == null || isText(value) || isWhole(value) || typeof value === 'bigint';
// Of an object or of `Headers`.
const pairs = (headers) => (headers?.[Symbol.iterator] ? [...headers] : Object.entries(headers ?? {}));
const isHeaders = (value) =>
  value == null || (typeof value === 'object' && pairs(value).every((pair) => typeof pair?.[1] === 'string'));
const isRequest = (value) =>
  isText(value?.url) && isHeaders(value.headers) && isId(value.id) && (value.method == null || isText(value.method));
const isMultipart = (value) => isText(value?.key) && isText(value.uploadId);
const isPart = (value) => isWhole(value?.PartNumber, 1) && isText(value.ETag) && isWhole(value.Size);

const REASONS = ['misconfigured', 'not-sent', 'invalid-response', 'unreachable'];
const REQUEST = 'an object with a url, and headers that are strings if there are any';

const failure = (reason, message) => Object.assign(new Error(message), { reason });

// What a function of the app returns. The reason of a failure names the function, unless it has a status.
const ask = async (name, call, isValid, expected, signal) => {
  let answer;
  try {
    answer = await call();
  } catch (exception) {
    if (isWhole(exception?.status) || REASONS.includes(exception?.reason)) throw exception;
    // It may be an error in the app's own code, unless nobody waits for it any more.
    if (!signal.aborted) console.warn(`yew-background-tasks: ${name}():`, exception);
    const message = isText(exception?.message) ? exception.message : exception;
    throw failure('not-sent', `${name}(): ${isText(message) ? message : 'an exception'}`);
  }
  if (!isValid(answer)) throw failure('not-sent', `${name}() must return ${expected}`);
  return answer;
};

// Sends bytes of a file, of which `before` precede them, and resolves with the request once there is a
// response.
const send = (name, { method, url, headers }, body, before, { signal, onProgress }) =>
  new Promise((resolve, reject) => {
    if (signal.aborted) throw signal.reason;
    const request = new XMLHttpRequest();
    // Progress is only what a service worker has taken, if it sends the request.
    let isBlind = !!navigator.serviceWorker?.controller;
    if (isBlind) onProgress(null, body.size);
    request.upload.onprogress = ({ loaded, total }) => {
      if (isBlind && loaded >= total) return;
      isBlind = false;
      // What counts as sent may stand in buffers until the response.
      onProgress(before + loaded, loaded < total ? undefined : body.size);
    };
    const abort = () => request.abort();
    request.onloadend = () => {
      signal.removeEventListener('abort', abort);
      if (request.status) resolve(request);
      else reject(failure('unreachable', 'the connection was lost'));
    };
    try {
      request.open(method ?? 'PUT', url);
      for (const [header, value] of pairs(headers)) request.setRequestHeader(header, value);
    } catch (exception) {
      reject(failure('not-sent', `${name}() returned a request that cannot be sent: ${exception.message}`));
      return;
    }
    signal.addEventListener('abort', abort);
    request.send(body);
  });

// Signs and sends bytes of a file. After a refusal, which an expired signature gets, it does so once more.
const transfer = async (name, sign, body, before, attempt) => {
  for (let isRepeated = false; ; isRepeated = true) {
    // Nothing is sent meanwhile.
    attempt.onProgress(null, 0);
    const signed = await ask(name, sign, isRequest, REQUEST, attempt.signal);
    const request = await send(name, signed, body, before, attempt);
    const { status } = request;
    if (status >= 200 && status < 300) return { signed, request };
    const text = (tag) => request.responseXML?.getElementsByTagName(tag)[0]?.textContent;
    const isRefused = status === 403 || (status === 400 && text('Code') === 'ExpiredToken');
    if (isRefused && !isRepeated) continue;
    const retryAfter = /^retry-after: *(\d+)\s*$/im.exec(request.getAllResponseHeaders())?.[1];
    throw Object.assign(failure(), { status, retryAfter: Number(retryAfter), message: text('Message')?.slice(0, 300) });
  }
};

const lastSegment = (url) => {
  const last = new URL(url, document.baseURI).pathname.split('/').pop();
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
};

// The multipart upload of an earlier attempt, if the state is that of one.
const read = (state) => {
  try {
    const upload = JSON.parse(state);
    return isMultipart(upload) && isWhole(upload.partSize, 1) ? upload : undefined;
  } catch {
    return undefined;
  }
};

const partOf = (file, partSize, number) => file.slice((number - 1) * partSize, number * partSize);
// An empty file has one part.
const countOf = (file, partSize) => Math.max(1, Math.ceil(file.size / partSize));

const checked = (options) => {
  const wrong = (name, expected) => new TypeError(`${name} must be ${expected}`);
  if (typeof options !== 'object' || options === null) throw wrong('options', 'an object');
  const isMultipart = MULTIPART.some((name) => options[name] !== undefined);
  const { multipartFrom = 100 * MIB, partSize = 8 * MIB } = options;
  if (!isWhole(multipartFrom)) throw wrong('multipartFrom', 'a whole number of bytes');
  if (!isWhole(partSize, SMALLEST_PART, LARGEST_PART)) throw wrong('partSize', 'a whole number of bytes, 5 MiB to 5 GiB');
  const hasPuts = !isMultipart || multipartFrom > 0;
  for (const name of [...(hasPuts ? ['signPut'] : []), ...(isMultipart ? MULTIPART : [])]) {
    if (typeof options[name] !== 'function') throw wrong(name, 'a function');
  }
  return { multipartFrom: isMultipart ? multipartFrom : undefined, partSize };
};

export const s3 = (options) => {
  const { multipartFrom, partSize } = checked(options);
  const about = (file, { title, idempotencyKey, signal }) => ({ file, title, idempotencyKey, signal });

  const put = async (file, attempt) => {
    const sign = () => options.signPut(about(file, attempt));
    const { signed } = await transfer('signPut', sign, file, 0, attempt);
    return signed.id ?? lastSegment(signed.url);
  };

  const create = async (file, attempt) => {
    const call = () => options.createMultipart(about(file, attempt));
    const expected = 'an object with key and uploadId';
    const { key, uploadId } = await ask('createMultipart', call, isMultipart, expected, attempt.signal);
    const parts = Math.ceil(file.size / MOST_PARTS / MIB) * MIB;
    const state = JSON.stringify({ key, uploadId, partSize: Math.max(partSize, parts) });
    if (attempt.signal.aborted) {
      // Nobody will hear of this upload.
      discard(state, {}).catch(() => {});
      throw attempt.signal.reason;
    }
    attempt.onState(state);
    return read(state);
  };

  // The ETags of the parts that the storage has, by number; undefined if it does not know the upload.
  const list = async ({ key, uploadId, partSize }, file, { signal }) => {
    const call = () => options.listParts({ key, uploadId, signal });
    const isList = (value) => Array.isArray(value) && value.every(isPart);
    const expected = 'an array of objects with PartNumber, ETag and Size';
    let parts;
    try {
      parts = await ask('listParts', call, isList, expected, signal);
    } catch (exception) {
      if ([404, 410].includes(exception.status)) return undefined;
      throw exception;
    }
    const isComplete = ({ PartNumber, Size }) =>
      PartNumber <= countOf(file, partSize) && Size === partOf(file, partSize, PartNumber).size;
    return new Map(parts.filter(isComplete).map(({ PartNumber, ETag }) => [PartNumber, ETag]));
  };

  const multipart = async (file, attempt) => {
    const { signal, onState, onProgress } = attempt;
    onProgress(null, 0);
    let upload = read(attempt.state);
    const known = upload && (await list(upload, file, attempt));
    if (upload && !known && !upload.isSent) upload = undefined;
    upload ??= await create(file, attempt);
    const { key, uploadId, partSize } = upload;
    const etags = known ?? new Map();
    const isGone = upload.isSent && !known;
    let sent = 0;
    for (const number of etags.keys()) sent += partOf(file, partSize, number).size;
    if (sent) onProgress(sent);
    const count = isGone ? 0 : countOf(file, partSize);
    for (let number = 1; number <= count; number += 1) {
      if (etags.has(number)) continue;
      const body = partOf(file, partSize, number);
      const sign = () => options.signPart({ key, uploadId, partNumber: number, size: body.size, signal });
      const { request } = await transfer('signPart', sign, body, sent, attempt);
      const etag = /^etag: *(.*?)\s*$/im.exec(request.getAllResponseHeaders())?.[1];
      if (!etag) {
        throw failure(
          'misconfigured',
          'the response to a part has no ETag that this page can read: the CORS rules of the bucket must ' +
            'expose it (Access-Control-Expose-Headers: ETag)',
        );
      }
      etags.set(number, etag);
      sent += body.size;
      onProgress(sent);
    }
    if (!upload.isSent) onState(JSON.stringify({ ...upload, isSent: true }));
    onProgress(null, 0);
    const parts = [...etags].sort(([one], [other]) => one - other);
    const call = () => options.completeMultipart({
      ...about(file, attempt),
      key,
      uploadId,
      parts: parts.map(([PartNumber, ETag]) => ({ PartNumber, ETag })),
    });
    const expected = 'nothing, or an object with the id of the attachment';
    const result = await ask('completeMultipart', call, (value) => isId(value?.id), expected, signal);
    return result?.id ?? key;
  };

  const discard = async (state, { signal = new AbortController().signal }) => {
    const { key, uploadId } = read(state) ?? {};
    if (!key) return;
    await ask('abortMultipart', () => options.abortMultipart({ key, uploadId, signal }), () => true, '', signal);
  };

  return {
    resumableFrom: multipartFrom,
    upload: (file, attempt) => (file.size >= multipartFrom ? multipart : put)(file, attempt),
    discard,
  };
};
