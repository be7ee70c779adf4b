/** A percentage from 0 to 100; null where it is unknown. */
export type Progress = number | null;

export type TaskKind = 'upload' | 'video' | 'embedding';

/** CONTRACT §4, `data-task-state`. */
export type TaskState =
  | 'uploading'
  | 'queued'
  | 'running'
  | 'recovering'
  | 'offline'
  | 'succeeded'
  | 'failed'
  | 'cancelled';

/** A task as it is at one moment. */
export interface Task {
  readonly id: string;
  readonly kind: TaskKind;
  readonly title: string;
  readonly state: TaskState;
  readonly progress: Progress;
  /** Why it failed, in the language of the instance; null in every other state. */
  readonly error: string | null;
}

export type Position =
  | 'top-left'
  | 'top-center'
  | 'top-right'
  | 'bottom-left'
  | 'bottom-center'
  | 'bottom-right';

export type Theme = 'light' | 'dark' | 'system';

/** Pixels from all edges, or from some of them. */
export type Inset = number | { top?: number; right?: number; bottom?: number; left?: number };

/** A text, a node of the page, or null for no icon. */
export type Icon = string | Node | null;

/** How a toaster looks and how long its toasts stay. */
export interface ToasterOptions {
  /** Default `bottom-right`. */
  position?: Position;
  /** How many toasts are seen at once, 1 or more. Default 3. */
  visibleToasts?: number;
  /** Whether they always lie apart. Default false. */
  expand?: boolean;
  /** Default `system`. */
  theme?: Theme;
  /** Whether every toast has a close button. */
  closeButton?: boolean;
  dir?: 'ltr' | 'rtl' | 'auto';
  /** Keys that bring the focus to the toasts, such as `Alt+T`, the default; null for none. */
  hotkey?: string | null;
  /** Pixels between toasts. Default 14. */
  gap?: number;
  /** Default 24. */
  offset?: Inset;
  /** The same up to a width of 600 px. Default 16. */
  mobileOffset?: Inset;
  /** Milliseconds that a toast stays; Infinity for ever. Default 4000. */
  duration?: number;
  /** Default 5000. */
  successDuration?: number;
  /** Default 10000. */
  errorDuration?: number;
  /** Where a toast may be swiped; null for the ways that suit its position. */
  swipeDirections?: Array<'left' | 'right' | 'up' | 'down'> | null;
  icons?: Partial<Record<'default' | 'loading' | 'success' | 'error' | 'info' | 'warning', Icon>>;
  richColors?: boolean;
  invert?: boolean;
  unstyled?: boolean;
  className?: string;
  /** The name of the region, for screen readers. */
  label?: string;
  /** The name of close buttons. */
  closeLabel?: string;
  /** The line for toasts without a place; `{n}` is their number. */
  moreLabel?: string;
}

/** How a kind of job is followed (milliseconds and counts). */
export interface JobOptions {
  /** From the end of a check to the next. Default 1000. */
  intervalMs?: number;
  /** The same while the server pushes news of the job. Default 15000. */
  streamedIntervalMs?: number;
  /** Answered checks of an unfinished job before it fails as timed out. Default 120 for videos, 60 for embeddings. */
  maxChecks?: number;
  /** Highest progress shown while it runs. Default 90 for videos, 100 for embeddings. */
  ceiling?: number;
  /** A call without an answer is given up after. Default 10000. */
  callLimitMs?: number;
  /** Whether each rise of progress refills the budget of checks. Default false. */
  refill?: boolean;
  /** After transient failures. */
  retry?: RetryOptions;
}

/** What happens after failures that pass by themselves. */
export interface RetryOptions {
  /** The first wait; it doubles. Default 1000. */
  minBackoffMs?: number;
  /** The longest wait. Default 30000. */
  maxBackoffMs?: number;
  /** Failures in a row that fail the task. Default 5. */
  maxFailures?: number;
  /** The longest `Retry-After` that is obeyed. Default 60000. */
  maxRetryAfterMs?: number;
  /** Between probes while the browser is offline. Default 15000. */
  offlineIntervalMs?: number;
  /** The least wait between checks in a hidden tab. Default 5000. */
  hiddenIntervalMs?: number;
}

/** How files are sent, and which may be. */
export interface UploadOptions {
  /** At once; the others wait in a queue. Default 3. */
  concurrent?: number;
  /** MIME types, `video/*`, or endings such as `.pdf`. Default all. */
  types?: string[];
  /** Bytes of one file. Default no limit. */
  maxSize?: number;
  /** An attempt that sends no byte is given up after. Default 30000. */
  startLimitMs?: number;
  /** One that stands still in the middle. Default 30000. */
  bytesLimitMs?: number;
  /** One that has no answer after its last byte. Default 60000. */
  answerLimitMs?: number;
  retry?: RetryOptions;
}

/** What a server works on. */
export interface Job {
  readonly kind: 'video' | 'embedding';
  readonly attachmentId: number | string;
  /** The name to ask by: a video's queue id, an embedding's attachment id. */
  readonly key: string;
}

/** What a server says of a job (CONTRACT §1). */
export interface JobStatus {
  status: string;
  progress?: number | string | null;
  message?: string;
  error?: string;
}

/** A file that a server stores. */
export interface Attachment {
  id: number | string;
  title: string;
  content_type?: string;
  size?: number;
}

export interface NewAttachment {
  readonly file: File;
  readonly title: string;
  /** The same over repetitions of one upload. */
  readonly idempotencyKey: string;
}

/**
 * A way of one's own to reach a server. Only `status` must be there. A call
 * makes one request and says how it went: time limits, repetition and back-off
 * are not its own. What it rejects with is taken for a passing problem of the
 * connection, but where it has a number `status`: that is judged as the status
 * of an HTTP answer, with a number `retryAfter` in seconds where there is one.
 * `signal` aborts when the answer is not wanted any more.
 */
export interface StatusClient {
  status(job: Job, options: { signal: AbortSignal }): Promise<JobStatus>;
  cancel?(job: Job, options: { signal: AbortSignal }): Promise<void>;
  /**
   * `onProgress` hears the bytes that are sent so far. Call it: an upload that
   * tells of none is given up after `upload.startLimitMs`.
   */
  upload?(
    upload: NewAttachment,
    options: { signal: AbortSignal; onProgress: (sentBytes: number) => void },
  ): Promise<Attachment>;
  /** Starts a job; answers the name to follow it by: a video must have one, an embedding has its attachment's id. */
  start?(
    kind: 'video' | 'embedding',
    attachmentId: number | string,
    options: { signal: AbortSignal; idempotencyKey: string },
  ): Promise<{ queue_id: string } | void>;
}

/** Options of a `BackgroundTasks`. Every one may be left out. */
export interface BackgroundTasksOptions
  extends Omit<ToasterOptions, 'label' | 'closeLabel' | 'moreLabel'> {
  /** What the instance is put into. Default the body. */
  element?: Element | ShadowRoot;
  /** Where the API of the server is. Default `/api`. */
  baseUrl?: string;
  /** Sent with every request. */
  headers?: HeadersInit;
  /** As in `fetch`. Default `same-origin`. */
  credentials?: 'omit' | 'same-origin' | 'include';
  /** Asked before each request; sent as `Authorization: Bearer …`. */
  token?: () => string | null | undefined | Promise<string | null | undefined>;
  /** Whether files are sent by the tus protocol. Default false. */
  resumableUploads?: boolean;
  /**
   * Whether the server is asked after several jobs in one call (CONTRACT §1). One
   * that does not know the call is asked after single jobs. Default false.
   */
  batch?: boolean;
  /**
   * Whether the server pushes how jobs are, by server-sent events at
   * `{baseUrl}/events`. Where it does not, jobs are checked as before. Default false.
   */
  events?: boolean;
  /**
   * Takes the place of HTTP for the calls that it has. The others go to
   * `baseUrl` if that is given as well, and are refused else.
   */
  client?: StatusClient;
  /** The language: `en` or `zh-CN`. Default that of the element, then of the document. */
  lang?: string;
  /** Texts in place of the language's own. */
  texts?: Texts;
  /** The time between two checks of both kinds of job. Default 1000. */
  intervalMs?: number;
  video?: JobOptions;
  embedding?: JobOptions;
  upload?: UploadOptions;
  /** Requests for the status of jobs that are out at once, 1 or more. Default 4. */
  checksInFlight?: number;
  /**
   * When an uploaded video is embedded: milliseconds after its processing was
   * started, `after-video` once that has succeeded, null never. Default 5000.
   */
  embeddingStart?: number | 'after-video' | null;
  /**
   * The name under which tasks are kept for reloads and shared with other tabs;
   * null keeps nothing. Instances of one page share tasks where they are given
   * the same name, and have one each where they are given none (of those that
   * were set up by one copy of this module).
   */
  store?: string | null;
  /** Whether the title of a hidden tab counts unfinished tasks. Default true. */
  tabTitle?: boolean;
  /** Whether the button that counts unfinished tasks, and opens their list, is shown. Default false. */
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
  /** Whether the toast goes with the click. Default true. */
  closes?: boolean;
}

/** Options of a toast. */
export interface ToastOptions {
  /** A toast shown under an id that is taken replaces the one there. */
  id?: string | number;
  description?: string;
  /** Milliseconds; Infinity stays. */
  duration?: number;
  action?: ToastButton;
  cancel?: ToastButton;
  /** Whether the person can close it. Default true. */
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
  /** Called once when it goes. */
  onClose?: (reason: CloseReason) => void;
}

export interface LoadingToastOptions extends ToastOptions {
  progress?: Progress;
}

export interface CustomToastOptions extends ToastOptions {
  /** What a screen reader says of it. Default the text of the node. */
  title?: string;
}

/** What is said at one point of a promise. */
export type PromiseText = string | null | undefined | (ToastOptions & { title: string });

export interface PromiseToastOptions<T> extends Omit<ToastOptions, 'description'> {
  loading?: PromiseText;
  success?: PromiseText | ((value: T) => PromiseText | Promise<PromiseText>);
  error?: PromiseText | ((reason: unknown) => PromiseText | Promise<PromiseText>);
  description?: string | ((outcome: unknown) => string | Promise<string>);
  finally?: () => void;
}

/** Beside the methods of the class. */
export interface Toasts {
  /**
   * Shows how a promise goes: `loading`, then `success` or `error`. What is
   * missing closes the toast. Returns the id.
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

/** `signal` cancels the task. */
export interface StartOptions {
  signal?: AbortSignal;
}

/** `signal` ends the waiting, and not the task. */
export interface FinishedOptions {
  signal?: AbortSignal;
}

export interface UploadStart extends StartOptions {
  /** Default the file's name. */
  title?: string;
}

/** `<background-tasks>`. Its attributes are options; set `options` for the others before it is put on the page. */
export interface BackgroundTasksElement extends HTMLElement {
  /** What the element does; null while it is not on the page. */
  readonly api: BackgroundTasks | null;
  /** Options that no attribute can carry, read when the element is put on the page. */
  options: BackgroundTasksOptions | null;
}

declare global {
  interface HTMLElementTagNameMap {
    'background-tasks': BackgroundTasksElement;
  }
  interface GlobalEventHandlersEventMap {
    /** A task has changed. */
    taskchange: CustomEvent<Task>;
    /** A task was taken off the list. */
    taskclear: CustomEvent<Task>;
  }
  /** For the classes' `[Symbol.dispose]()`, where TypeScript's `lib` is older than that. */
  interface SymbolConstructor {
    readonly dispose: unique symbol;
  }
}
