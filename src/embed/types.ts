/** A percentage from 0 to 100; null if it is unknown. */
export type Progress = number | null;

/** The kind of a job: a built-in one, or the name of one of the option `kinds`. */
export type JobKind = 'video' | 'embedding' | (string & {});

export type TaskKind = 'upload' | JobKind;

/** The state of a task, as in the attribute `data-task-state`. */
export type TaskState =
  | 'uploading'
  | 'queued'
  | 'running'
  | 'recovering'
  | 'offline'
  | 'succeeded'
  | 'failed'
  | 'cancelled';

/** An id on the server. A number must be an integer from 0 to 2^53 - 1; a bigint or a string can be larger. */
export type Id = number | string | bigint;

/** A JSON value. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [name: string]: Json | undefined };

/** A task at one moment. The object is frozen and never changes; a task that has changed is another object. */
export interface Task {
  readonly id: string;
  readonly kind: TaskKind;
  readonly title: string;
  /**
   * The attachment in the form in which the server sent its id; a number from 2^53 is a string. Null
   * until an upload has succeeded.
   */
  readonly attachmentId: number | string | null;
  readonly state: TaskState;
  /** When the task was started, in milliseconds since 1970, as `Date.now()` returns them. */
  readonly startedAt: number;
  readonly progress: Progress;
  /**
   * Whole seconds until the next attempt, and 0 while it is in flight, in the state `recovering`; null in all
   * other states.
   */
  readonly retryIn: number | null;
  /** The reason of a failure, in the language of the instance; null in all other states. */
  readonly error: string | null;
  /** The metadata that the task was started with; null if there is none. */
  readonly meta: Json;
}

/** A state transition of a task: a change of its state, or another failed attempt in a row. */
export interface TaskEvent {
  readonly taskId: string;
  readonly kind: TaskKind;
  /** The state after it, or what is more precise; `resumed` is after a connection problem. */
  readonly name: TaskState | 'started' | 'retried' | 'resumed' | 'cleared';
  /** The state before it; null if the task is new. */
  readonly from: TaskState | null;
  /** The state after it; null if the task was removed from the list. */
  readonly to: TaskState | null;
  /** The number of failures in a row while the task recovers, else 0. */
  readonly attempt: number;
  /** Seconds until the next attempt while the task recovers, else null. */
  readonly retryIn: number | null;
  /** Why the task recovers or has failed, in English; null otherwise. */
  readonly reason: string | null;
  readonly meta: Json;
}

export type Position =
  | 'top-left'
  | 'top-center'
  | 'top-right'
  | 'bottom-left'
  | 'bottom-center'
  | 'bottom-right';

export type Theme = 'light' | 'dark' | 'system';

/** A distance in pixels from all edges, or from some of them. */
export type Inset = number | { top?: number; right?: number; bottom?: number; left?: number };

/** A text, a node of the page, or null for no icon. */
export type Icon = string | Node | null;

/** The look of a toaster, and how long its toasts are shown. */
export interface ToasterOptions {
  /** Default `bottom-right`. */
  position?: Position;
  /** The maximum number of visible toasts, at least 1. Default 3. */
  visibleToasts?: number;
  /** Whether toasts are always expanded instead of stacked. Default false. */
  expand?: boolean;
  /** Default `system`. */
  theme?: Theme;
  /** Whether every toast has a close button. Default true. */
  closeButton?: boolean;
  dir?: 'ltr' | 'rtl' | 'auto';
  /** The keys that move the focus to the toasts, such as `Alt+T`, the default; null for none. */
  hotkey?: string | null;
  /** The gap between toasts in pixels. Default 14. */
  gap?: number;
  /** Default 24. */
  offset?: Inset;
  /** The same in viewports of up to 600 px. Default 16. */
  mobileOffset?: Inset;
  /** How long a toast is shown, in milliseconds; Infinity until it is closed. Default 4000. */
  duration?: number;
  /** Default 5000. */
  successDuration?: number;
  /** Default 10000. */
  errorDuration?: number;
  /** The directions in which toasts can be swiped; null for those that suit the position. */
  swipeDirections?: Array<'left' | 'right' | 'up' | 'down'> | null;
  icons?: Partial<Record<'default' | 'loading' | 'success' | 'error' | 'info' | 'warning', Icon>>;
  richColors?: boolean;
  invert?: boolean;
  unstyled?: boolean;
  className?: string;
  /** The accessible name of the region. */
  label?: string;
  /** The accessible name of close buttons. */
  closeLabel?: string;
  /** The text of the line for toasts that are not visible; `{n}` is their number. */
  moreLabel?: string;
}

/** How jobs of one kind are polled. */
export interface JobOptions {
  /** Milliseconds between the end of a check and the start of the next. Default 1000. */
  intervalMs?: number;
  /** The same while the event stream reports the job. Default 15000. */
  streamedIntervalMs?: number;
  /**
   * The number of checks that report an unfinished job, after which the task fails as timed out.
   * Default 120 for videos, 60 for embeddings.
   */
  maxChecks?: number;
  /** The maximum progress shown until the job has finished. Default 90 for videos, 100 for embeddings. */
  ceiling?: number;
  /** The timeout of a check in milliseconds. Default 10000. */
  callLimitMs?: number;
  /** Whether the number of checks starts again whenever the progress rises. Default false. */
  refill?: boolean;
  retry?: RetryOptions;
}

/** A kind of jobs of your own. Its defaults are those of videos, with a `ceiling` of 100. */
export interface KindOptions extends JobOptions {
  /**
   * The path of its requests below `baseUrl`: `POST {endpoint}/start`, `GET {endpoint}/status/{key}` and
   * `POST {endpoint}/cancel/{key}`.
   */
  endpoint: string;
  /** Its texts. Without them, its toasts have texts that suit any kind. `texts.jobs` can replace them. */
  texts?: JobTexts;
}

/** How requests are retried after transient failures. */
export interface RetryOptions {
  /** The first back-off in milliseconds; it doubles with each failure. Default 1000. */
  minBackoffMs?: number;
  /** The maximum back-off in milliseconds. Default 30000. */
  maxBackoffMs?: number;
  /** The number of consecutive failures after which the task fails. Default 5. */
  maxFailures?: number;
  /** The maximum `Retry-After` that is respected, in milliseconds. Default 60000. */
  maxRetryAfterMs?: number;
  /** Milliseconds between probes while the browser is offline. Default 15000. */
  offlineIntervalMs?: number;
  /** The minimum interval of checks in a hidden tab, in milliseconds. Default 5000. */
  hiddenIntervalMs?: number;
}

/** How files are uploaded, and which are accepted. */
export interface UploadOptions {
  /** The number of concurrent uploads; others are queued. Default 3. */
  concurrent?: number;
  /** The accepted MIME types, such as `video/*`, and file name extensions, such as `.pdf`. Default all. */
  types?: string[];
  /** The maximum size of a file in bytes. Default no limit. */
  maxSize?: number;
  /** The timeout until the first byte is sent, in milliseconds. Default 30000. */
  startLimitMs?: number;
  /** The timeout while no further bytes are sent, in milliseconds. Default 30000. */
  bytesLimitMs?: number;
  /**
   * The timeout of the response after the last byte, in milliseconds. Default 60000. It grows with the bytes
   * that may still be on their way at the measured speed.
   */
  answerLimitMs?: number;
  /**
   * The maximum number of bytes of the file in one request of a resumable upload, at least 1. Default no
   * limit; after status 413, smaller requests are sent in any case.
   */
  chunkBytes?: number;
  /**
   * Keeps a copy of each file, or of each file up to this size in bytes, in the browser's storage until it is
   * uploaded, at most 24 hours. Uploads then continue after a reload without asking for the file, and in
   * another tab if their own is closed. Default false. With 0, no file is kept, and copies that an earlier
   * version of the page has kept are deleted.
   */
  keepFiles?: boolean | number;
  /**
   * Sends the `PATCH` requests of resumable uploads as `POST` with `X-HTTP-Method-Override: PATCH`, for
   * proxies that block `PATCH`. Default false.
   */
  overrideMethod?: boolean;
  /**
   * Whether an uploaded video is processed and embedded. Default true. A server that only stores files has no
   * endpoints for it.
   */
  processVideos?: boolean;
  retry?: RetryOptions;
}

/** Where resumable uploads go, and what the server expects. All are optional. */
export interface TusOptions {
  /** The URL at which uploads are created, absolute or relative to the document. Default `{baseUrl}/uploads`. */
  endpoint?: string;
  /** Entries of `Upload-Metadata` besides `filename`, `filetype` and `title`, which they can replace. */
  metadata?: Record<string, string>;
  /** Other origins that a `Location` may name. They receive the headers and the token. Default none. */
  allowedOrigins?: string[];
  /** Whether an endpoint on another origin allows the header `Idempotency-Key`. Default false. */
  idempotencyKey?: boolean;
  /**
   * The attachment's id, from the URL of a complete upload and the headers of the last response. Without it,
   * or if it returns null or undefined, the id is the header `Attachment-Id`, else the last segment of the
   * URL.
   */
  attachmentId?: (url: string, headers: Headers) => Id | null | undefined;
}

/** A job on the server. */
export interface Job {
  readonly kind: JobKind;
  /** A number from 2^53 is a string. */
  readonly attachmentId: number | string;
  /**
   * The key by which the server reports the status: the queue id of a video, the attachment id of an
   * embedding.
   */
  readonly key: string;
}

/** The status of a job as the server reports it. */
export interface JobStatus {
  status: string;
  progress?: number | string | null;
  message?: string;
  error?: string;
}

/**
 * Whether system notifications are shown. `unsupported`: the browser has none for pages. `blocked`: the user has
 * denied the permission, which only the settings of the browser can change.
 */
export type NotificationsState = 'unsupported' | 'off' | 'on' | 'blocked';

/** A file on the server. */
export interface Attachment {
  id: number | string;
  title: string;
  content_type?: string;
  size?: number;
}

export interface NewAttachment {
  readonly file: File;
  readonly title: string;
  /** The same for all attempts of one upload. */
  readonly idempotencyKey: string;
}

/**
 * A client for another server. Only `status` is required. A method makes one request and returns
 * its result; timeouts, retries and back-off are not its concern. A rejection counts as a
 * transient connection failure, unless it has a number `status`: then it is treated as an HTTP
 * response with that status, and with `retryAfter` seconds if it has such a number. `signal` is
 * aborted when the result is no longer needed.
 */
export interface StatusClient {
  status(job: Job, options: { signal: AbortSignal }): Promise<JobStatus>;
  cancel?(job: Job, options: { signal: AbortSignal }): Promise<void>;
  /**
   * Requests the status of 2 to 100 jobs of one kind. Returns statuses by the keys of jobs. A job that is missing
   * gets a request of its own.
   */
  statuses?(jobs: readonly Job[], options: { signal: AbortSignal }): Promise<Record<string, JobStatus | null>>;
  /**
   * Opens a stream of statuses, and calls `onEvent` with a kind and statuses by the keys of jobs. The promise is
   * pending as long as the stream is open. In one of several tabs it is open while jobs are monitored. It is
   * opened again after it has ended, or if `onEvent` was not called for 45 s: without arguments it only shows that
   * the stream is alive.
   */
  events?(options: {
    signal: AbortSignal;
    onEvent: (kind?: JobKind, statuses?: Record<string, JobStatus>) => void;
  }): Promise<void>;
  /**
   * Uploads a file and may call `onProgress` with the number of bytes sent so far. Until it does, the
   * progress is indeterminate, and the upload has a single timeout, which grows with the size of the file.
   */
  upload?(
    upload: NewAttachment,
    options: { signal: AbortSignal; onProgress: (sentBytes: number) => void },
  ): Promise<Attachment>;
  /** Starts a job. Returns its key: required for a video; without one, it is the id of the attachment. */
  start?(
    kind: JobKind,
    attachmentId: number | string,
    options: { signal: AbortSignal; idempotencyKey: string },
  ): Promise<{ queue_id: string } | void>;
  /** Returns the files on the server, for `attachments()`. */
  list?(options: { signal: AbortSignal }): Promise<readonly Attachment[]>;
  /** Deletes a file, for `deleteAttachment()`. */
  delete?(attachmentId: number | string, options: { signal: AbortSignal }): Promise<void>;
}

/**
 * What `onError` is called with, and what `attachments()` and `deleteAttachment()` are rejected with. For the
 * latter, `message` is the reason in the language of the instance.
 */
export interface BackgroundTasksError extends Error {
  readonly name: 'BackgroundTasksError';
  /** The HTTP status, if there was a response. */
  readonly status: number | undefined;
}

/** How the simulated server behaves. */
export interface SimulatedOptions {
  /** A whole number, at least 1: the same seed gives the same durations and failures. Default 1. */
  seed?: number;
  /** How many times faster than a real server it is, from 0.001. Default 1: a video takes some 12 s. */
  speed?: number;
  /** The share of jobs that fail, 0 to 1. Default 0. */
  failureRate?: number;
}

/**
 * Uploads files in a way of your own. A method makes one attempt; timeouts, retries, back-off and the
 * queue are not its concern. A rejection counts as a lost connection, unless it has the properties of an
 * `UploadError`.
 */
export interface UploadTransport {
  /** The smallest file, in bytes, whose upload can be paused: 0 if all can. Default none. */
  resumableFrom?: number;
  /** Uploads a file and returns the id of the attachment. */
  upload(file: File, options: UploadTransportOptions): Promise<Id>;
  /** Deletes a partial upload that nobody will continue, given the last state that it has reported. */
  discard?(state: string, options: { signal: AbortSignal }): Promise<void>;
}

export interface UploadTransportOptions {
  readonly title: string;
  /** The same for all attempts of one upload. */
  readonly idempotencyKey: string;
  /**
   * What an earlier attempt has last given to `onState`; null if there is none, or if the server has since
   * answered 404 or 410. Also after a reload, once the user has chosen the same file again.
   */
  readonly state: string | null;
  /** Aborted when the upload is paused, cancelled or timed out. */
  readonly signal: AbortSignal;
  /** Stores what the next attempt needs to continue: at most 4096 bytes. */
  readonly onState: (state: string) => void;
  /**
   * The number of bytes sent so far, including those of earlier attempts; null leaves it as it is.
   * `unobserved` is the number of bytes that may be on their way from now on without another call, whose
   * timeout grows with it; before the first call it is the size of the file.
   */
  readonly onProgress: (sentBytes: number | null, unobserved?: number) => void;
}

/** What a rejection of a transport, or of a method of a client, may contain. */
export interface UploadError {
  /** Treated as an HTTP response with that status. */
  status?: number;
  /** Whole seconds before the next attempt, with a status. */
  retryAfter?: number;
  /**
   * Without a status: `misconfigured` fails at once and the others are retried. The user reads `message` in
   * all cases but `unreachable`.
   */
  reason?: 'misconfigured' | 'not-sent' | 'invalid-response' | 'unreachable';
  message?: string;
}

/** Where an error comes from. */
export interface ErrorContext {
  /**
   * `task`: a task has failed. `storage`: tasks cannot be stored, or stored ones cannot be read. `panic`: a bug of
   * this module; everything shown was removed, and the methods throw from now on.
   */
  readonly source: 'task' | 'storage' | 'panic';
  /** The failed task; null for other sources. */
  readonly task: Task | null;
}

/** Options of a `BackgroundTasks`. All are optional. */
export interface BackgroundTasksOptions
  extends Omit<ToasterOptions, 'label' | 'closeLabel' | 'moreLabel'> {
  /** The node to insert the instance into. Default the body. */
  element?: Element | ShadowRoot;
  /** The base URL of the server's API, absolute or relative to the document. Default `/api`. */
  baseUrl?: string;
  /**
   * Headers of every request. A function is called before each request; its headers may change, such as
   * a CSRF token. If it throws, rejects or returns something else, the request counts as a transient
   * failure and is retried.
   */
  headers?:
    | HeadersInit
    | (() => HeadersInit | null | undefined | Promise<HeadersInit | null | undefined>);
  /** As in `fetch`. Default `same-origin`. */
  credentials?: 'omit' | 'same-origin' | 'include';
  /**
   * Called before each request. The token is sent as `Authorization: Bearer …`; null and undefined send
   * none. If the function throws or rejects, the request counts as a transient failure and is retried.
   * After a response with status 401 it is called once more. Name a `store` per account.
   */
  token?: () => string | null | undefined | Promise<string | null | undefined>;
  /** Whether files are uploaded with the tus protocol, and the settings of that. Default false. */
  resumableUploads?: boolean | TusOptions;
  /**
   * Whether one request asks for the status of several jobs. If the server does not support it,
   * each job has its own request. Default false.
   */
  batch?: boolean;
  /**
   * Whether the server sends the status of jobs as server-sent events at `{baseUrl}/events`. If
   * it does not, jobs are polled as usual. Default false.
   */
  events?: boolean;
  /**
   * Replaces HTTP for the methods that it has. The others use `baseUrl` if that is given too, and
   * fail otherwise.
   */
  client?: StatusClient;
  /**
   * Replaces the server by a simulated one in the page, so that a front end can be built before its server exists:
   * true, or its settings. Its module is loaded when it is used. Its files are lost with the page; tasks in `store`
   * start again after a reload. Takes precedence over `client`. Default false.
   */
  simulated?: boolean | SimulatedOptions;
  /**
   * Uploads files in a way of your own, such as to object storage. Takes precedence over `resumableUploads`
   * and over the method `upload` of a `client`. Default none.
   */
  uploadTransport?: UploadTransport;
  /** The language: `en` or `zh-CN`. Default that of the element, or of the document. */
  lang?: string;
  /** Texts that replace those of the language. */
  texts?: Texts;
  /** The polling interval of all kinds of jobs, in milliseconds. Default 1000. */
  intervalMs?: number;
  video?: JobOptions;
  embedding?: JobOptions;
  /** Kinds of jobs of your own, by their names. `startTask` starts their tasks. */
  kinds?: Record<string, KindOptions>;
  upload?: UploadOptions;
  /** The maximum number of concurrent status requests, at least 1. Default 4. */
  checksInFlight?: number;
  /**
   * When the embedding of an uploaded video starts: milliseconds after its processing was
   * started, `after-video` when that has succeeded, or null for never. Default 5000.
   */
  embeddingStart?: number | 'after-video' | null;
  /**
   * The name under which tasks are stored for reloads and shared with other tabs, not empty; null
   * stores and shares nothing. Instances with the same name share their tasks, on one page as in
   * two tabs. An app in which users sign in names a store per account.
   *
   * By default, it is the absolute `baseUrl`; `tasks` if there is a `client` and no `baseUrl`;
   * `simulated` if the server is simulated. If another instance on the page uses that name, `-2`,
   * `-3` and so on is appended. Instances of another copy of this module are not known.
   */
  store?: string | null;
  /**
   * Called with failures that an error tracker wants to know: each failed task, by one of the tabs that share it
   * and again if a retry fails; a problem with storage; a bug of this module. It is not called while a task
   * recovers, nor for a file that the options of `upload` refuse. The message of the error is in English, for
   * grouping; `task.error` is what the user reads. What the function throws is logged, and changes nothing.
   */
  onError?: (error: BackgroundTasksError, context: ErrorContext) => void | Promise<void>;
  /** Whether the title of a hidden tab shows the number of unfinished tasks. Default true. */
  tabTitle?: boolean;
  /** Whether the button is shown that has the number of unfinished tasks and opens their list. Default false. */
  indicator?: boolean;
}

export type CloseReason =
  | 'timeout'
  | 'close-button'
  | 'swipe'
  | 'action'
  | 'cancel'
  | 'api'
  | 'escape';

export interface ToastButton {
  label: string;
  onClick: () => void;
  /** Whether a click closes the toast. Default true. */
  closes?: boolean;
}

/** Options of a toast. */
export interface ToastOptions {
  /** A toast with the id of an existing one replaces it. */
  id?: string | number;
  description?: string;
  /** Milliseconds; Infinity until it is closed. */
  duration?: number;
  action?: ToastButton;
  cancel?: ToastButton;
  /** Whether the user can close it. Default true. */
  dismissible?: boolean;
  closeButton?: boolean;
  position?: Position;
  /** The id of one of several toasters. */
  toaster?: string;
  icon?: Icon;
  className?: string;
  richColors?: boolean;
  invert?: boolean;
  unstyled?: boolean;
  /** Called once when the toast is closed. */
  onClose?: (reason: CloseReason) => void;
}

export interface LoadingToastOptions extends ToastOptions {
  progress?: Progress;
}

export interface CustomToastOptions extends ToastOptions {
  /** What screen readers announce. Default the text of the node. */
  title?: string;
}

/** The content of a toast in one state of a promise. */
export type PromiseText = string | null | undefined | (ToastOptions & { title: string });

export interface PromiseToastOptions<T> extends Omit<ToastOptions, 'description'> {
  loading?: PromiseText;
  success?: PromiseText | ((value: T) => PromiseText | Promise<PromiseText>);
  error?: PromiseText | ((reason: unknown) => PromiseText | Promise<PromiseText>);
  description?: string | ((outcome: unknown) => string | Promise<string>);
  finally?: () => void;
}

export interface Toasts {
  /**
   * Shows the state of a promise: `loading`, then `success` or `error`. If one of the last two is
   * missing, the toast is closed instead. Returns the id.
   */
  promise<T>(work: Promise<T> | (() => Promise<T>), options: PromiseToastOptions<T>): string;
}

export interface ToastPatch {
  title?: string;
  description?: string;
  progress?: Progress;
}

export interface Toast {
  readonly id: string;
  readonly kind: 'default' | 'loading' | 'success' | 'error' | 'info' | 'warning';
  readonly title: string;
  readonly description: string;
  readonly progress: Progress;
}

export interface ClosedToast {
  readonly id: string;
  readonly kind: Toast['kind'];
  readonly title: string;
  readonly description: string;
  readonly reason: CloseReason;
}

export interface StartOptions {
  /** Cancels the task when it is aborted. */
  signal?: AbortSignal;
  /**
   * Metadata of your own: any JSON value of at most 4096 bytes. The task has it in all tabs and
   * after a reload, and so have the tasks that follow an upload.
   */
  meta?: Json;
}

export interface JobStart extends StartOptions {
  /** The key of a job that the server has started. Without it, the server is asked to start one. */
  key?: Id;
}

export interface FinishedOptions {
  /** Rejects the promise when it is aborted. The task continues. */
  signal?: AbortSignal;
}

export interface UploadStart extends StartOptions {
  /** Default the name of the file. */
  title?: string;
}

/** `<background-tasks>`. Its attributes are options; `options` has those that no attribute can express. */
export interface BackgroundTasksElement extends HTMLElement {
  /** The API of the element; null until the element is connected, and a second after it was removed. */
  readonly api: BackgroundTasks | null;
  /**
   * Read once, with the attributes: at the end of the task in which the element is connected, or when `api`
   * is used.
   */
  options: BackgroundTasksOptions | null;
}

declare global {
  interface HTMLElementTagNameMap {
    'background-tasks': BackgroundTasksElement;
  }
  interface GlobalEventHandlersEventMap {
    /** A task has changed. */
    taskchange: CustomEvent<Task>;
    /** A task was removed from the list. */
    taskclear: CustomEvent<Task>;
  }
  /** For `[Symbol.dispose]()` of the classes if TypeScript's `lib` does not have it. */
  interface SymbolConstructor {
    readonly dispose: unique symbol;
  }
}
