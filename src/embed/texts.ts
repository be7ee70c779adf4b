/** What an upload's toasts say. */
export interface UploadTexts {
  /** The title while it runs: `{title}`. */
  working?: string;
  /** The line below it. */
  workingDescription?: string;
  /** The line below it once all bytes are sent. */
  awaitingAnswer?: string;
  /** The line below it while it stands still. */
  paused?: string;
  /** The title once a video is up: `{title}`. */
  videoSucceeded?: string;
  /** The line below it: `{title}`. */
  videoSucceededDescription?: string;
  /** The title once another file is up: `{title}`. */
  succeeded?: string;
  /** The title once it failed: `{title}`. The reason stands below it. */
  failed?: string;
}

/** What the toasts of one kind of job say. */
export interface JobTexts {
  /** The title while it runs: `{title}`. `percent` follows where progress is known. */
  working?: string;
  /** The line below it. */
  workingDescription?: string;
  /** The title once it succeeded: `{title}`. */
  succeeded?: string;
  /** The line below it: `{title}`. */
  succeededDescription?: string;
  /** The title once it failed: `{title}`. The reason stands below it. */
  failed?: string;
}

/** Sentences on why a task failed, each with what can be done about it. */
export interface ReasonTexts {
  /** The server said that the job failed, but not why. */
  unexplained?: string;
  /** The budget of `{n}` checks is spent. */
  outOfChecks?: string;
  /** There is no connection to the server. */
  unreachable?: string;
  /** No answer within `{s}` seconds. */
  noAnswer?: string;
  /** An upload sent nothing for `{s}` seconds. */
  noFirstByte?: string;
  /** An upload stood still for `{s}` seconds. */
  noFurtherByte?: string;
  /** All bytes are sent, and there was no answer within `{s}` seconds. */
  noAnswerToUpload?: string;
  /** The file `{name}` is of none of the types in `{value}`. */
  notThisType?: string;
  /** The file `{name}` is larger than `{value}`, such as 5 MB. */
  overSize?: string;
  /** The answer is not what was agreed; `{detail}`, in English, says how. */
  notUnderstood?: string;
  /** The server said `{word}` for a status, which is none. */
  unknownWord?: string;
  /** The file is gone, or may not be read any more. */
  fileUnreadable?: string;
  /** The page was left during an upload. */
  cutOff?: string;
  /** Status 401. */
  signedOut?: string;
  /** Status 403. */
  forbidden?: string;
  /** Status 404. */
  notFound?: string;
  /** Status 410. */
  gone?: string;
  /** Status 413. */
  tooLarge?: string;
  /** Status 415. */
  wrongType?: string;
  /** Status 400 or 422. */
  notAccepted?: string;
  /** Status 429. */
  tooMany?: string;
  /** Status 405, 501 or 505: `{status}`. */
  notOffered?: string;
  /** Any other status from 500 on: `{status}`. */
  serverTrouble?: string;
  /** Any other status: `{status}`. */
  refused?: string;
  /** One of the sentences above, `{reason}`, with the server's own `{words}`. */
  inItsWords?: string;
}

/** What controls, headings, states and empty places are called. */
export interface LabelTexts {
  /** The button that has a failed task go on. */
  retry?: string;
  /** The button that ends a task, and the one that takes a question back. */
  cancel?: string;
  /** The button that takes a toast away, and the one that closes the dialog. */
  close?: string;
  /** The region of the toasts, for screen readers. */
  notifications?: string;
  /** The line for `{n}` toasts or tasks that are not shown. */
  more?: string;
  /** The heading of the list of tasks. */
  tasks?: string;
  /** The button that opens the list: `{n}` tasks are unfinished. */
  unfinished?: string;
  /** The list without tasks. */
  noTasks?: string;
  /** The button that takes an ended task off the list. */
  clear?: string;
  /** The button that takes all of those off the list. */
  clearFinished?: string;
  /** The button that has an upload stand still. */
  pause?: string;
  /** The button that has it go on. */
  resume?: string;
  /** The button that has all failed tasks go on. */
  retryFailed?: string;
  /** The state of an upload. */
  uploading?: string;
  /** The state of an upload once all bytes are sent. */
  awaitingAnswer?: string;
  /** The state of an upload that stands still. */
  paused?: string;
  /** How fast an upload is, `{pace}`, such as 1.5 MB/s, and how long the rest takes, `{left}`. */
  rate?: string;
  /** The state of a job that waits for the server. */
  queued?: string;
  /** The state of a job that the server works on. */
  running?: string;
  /** The state while a connection problem passes. */
  recovering?: string;
  /** The state while the browser is offline. */
  offline?: string;
  /** The state of a task that is done. */
  succeeded?: string;
  /** The state of a task that failed. */
  failed?: string;
  /** The state of a task that the person ended. */
  cancelled?: string;
  /** What an upload is called in lists. */
  uploadKind?: string;
  /** What the processing of a video is called in lists. */
  videoKind?: string;
  /** What the generation of embeddings is called in lists. */
  embeddingKind?: string;
  /** The title of a task that was given none. */
  untitled?: string;
  /** The heading of the storage dialog. */
  storage?: string;
  /** Its first tab, and the button that sends the form. */
  upload?: string;
  /** Its second tab. */
  manage?: string;
  /** The field for files, for screen readers. */
  file?: string;
  /** What is done at that field. */
  chooseFile?: string;
  /** What else can be done there. */
  dropFile?: string;
  /** The field for the title. */
  title?: string;
  /** The line below it. */
  titleHint?: string;
  /** The form was sent without a file. */
  fileMissing?: string;
  /** The file `{name}` has no bytes. */
  fileEmpty?: string;
  /** The file `{name}` cannot be read. */
  fileUnreadable?: string;
  /** The form was sent without a title. */
  titleMissing?: string;
  /** A title may have `{n}` characters. */
  titleTooLong?: string;
  /** Several files are chosen: `{n}`. */
  filesChosen?: string;
  /** More files are chosen than the `{n}` that go at a time. */
  tooManyFiles?: string;
  /** The list of what is stored is on its way. */
  loading?: string;
  /** It could not be loaded. The reason follows. */
  listFailed?: string;
  /** It is empty. */
  nothingStored?: string;
  /** The button that deletes what is stored. */
  delete?: string;
  /** The button that takes its place, to be sure. */
  deleteConfirm?: string;
  /** Both buttons, for screen readers: `{title}`. */
  deleteNamed?: string;
  /** What is called `{title}` could not be deleted. The reason follows. */
  deleteFailed?: string;
  /** Asked before the page is left during an upload; most browsers use words of their own. */
  leaveWarning?: string;
  /** The switch for the device's notifications. */
  notifyMe?: string;
  /** What to do where the browser refuses them. */
  notifyBlocked?: string;
}

/**
 * Texts in place of the language's own. What is left out stays. A place such as
 * `{title}` is filled in; numbers and units are written as the language has them.
 */
export interface Texts {
  /**
   * The BCP 47 tag of the texts: how a screen reader pronounces them, and how
   * numbers are written. To be set where they are in another language.
   */
  language?: string;
  upload?: UploadTexts;
  /** By kind of job. */
  jobs?: { video?: JobTexts; embedding?: JobTexts; [kind: string]: JobTexts | undefined };
  /** Follows a running title where progress is known: `{p}`. */
  percent?: string;
  /** The line below while a connection problem passes: `{s}` seconds to the next try. */
  recovering?: string;
  /** The line below while the browser is offline. */
  offline?: string;
  /** The title of a cancelled task: `{title}`. */
  cancelled?: string;
  reasons?: ReasonTexts;
  labels?: LabelTexts;
}
