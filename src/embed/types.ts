/** A percentage from 0 to 100; null if it is unknown. */
export type Progress = number | null;

export type TaskKind = 'upload' | 'video' | 'embedding';

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
  readonly progress: Progress;
  /** The reason of a failure, in the language of the instance; null in all other states. */
  readonly error: string | null;
  /** The metadata that the task was started with; null if there is none. */
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
  /** Whether every toast has a close button. */
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
  readonly kind: 'video' | 'embedding';
  /** A number from 2^53 is a string. */
  readonly attachmentId: number | string;
  /** The key by which the server reports the status: the queue id of a video, the attachment id of an embedding. */
  readonly key: string;
}

/** The status of a job as the server reports it. */
export interface JobStatus {
  status: string;
  progress?: number | string | null;
  message?: string;
  error?: string;
}

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
   * Uploads a file and may call `onProgress` with the number of bytes sent so far. Until it does, the
   * progress is indeterminate, and the upload has a single timeout, which grows with the size of the file.
   */
  upload?(
    upload: NewAttachment,
    options: { signal: AbortSignal; onProgress: (sentBytes: number) => void },
  ): Promise<Attachment>;
  /** Starts a job. Returns its key: required for a video; an embedding has the id of its attachment. */
  start?(
    kind: 'video' | 'embedding',
    attachmentId: number | string,
    options: { signal: AbortSignal; idempotencyKey: string },
  ): Promise<{ queue_id: string } | void>;
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
   * Uploads files in a way of your own, such as to object storage. Takes precedence over `resumableUploads`
   * and over the method `upload` of a `client`. Default none.
   */
  uploadTransport?: UploadTransport;
  /** The language: `en` or `zh-CN`. Default that of the element, or of the document. */
  lang?: string;
  /** Texts that replace those of the language. */
  texts?: Texts;
  /** The polling interval of both kinds of jobs, in milliseconds. Default 1000. */
  intervalMs?: number;
  video?: JobOptions;
  embedding?: JobOptions;
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
   * By default, it is the absolute `baseUrl` (`tasks` if there is a `client` and no `baseUrl`). If
   * another instance on the page uses that name, `-2`, `-3` and so on is appended. Instances of
   * another copy of this module are not known.
   */
  store?: string | null;
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
