/** Texts of upload toasts. */
export interface UploadTexts {
  /** The title during the upload: `{title}`. */
  working?: string;
  /** The description. */
  workingDescription?: string;
  /** The description once all bytes are sent. */
  awaitingAnswer?: string;
  /** The description while the upload is paused. */
  paused?: string;
  /** The title once a video is uploaded: `{title}`. */
  videoSucceeded?: string;
  /** The description: `{title}`. */
  videoSucceededDescription?: string;
  /** The title once another file is uploaded: `{title}`. */
  succeeded?: string;
  /** The title after a failure: `{title}`. The description is the reason. */
  failed?: string;
}

/** Texts of the toasts of one kind of job. */
export interface JobTexts {
  /** The title while the job runs: `{title}`. `percent` is appended if the progress is known. */
  working?: string;
  /** The description. */
  workingDescription?: string;
  /** The title after success: `{title}`. */
  succeeded?: string;
  /** The description: `{title}`. */
  succeededDescription?: string;
  /** The title after a failure: `{title}`. The description is the reason. */
  failed?: string;
}

/** Reasons of failures, each with what the user can do. */
export interface ReasonTexts {
  /** The server reported a failure without a reason. */
  unexplained?: string;
  /** The job was unfinished after `{n}` checks. */
  outOfChecks?: string;
  /** There is no connection to the server. */
  unreachable?: string;
  /** No response within `{s}` seconds. */
  noAnswer?: string;
  /** An upload sent nothing for `{s}` seconds. */
  noFirstByte?: string;
  /** An upload made no progress for `{s}` seconds. */
  noFurtherByte?: string;
  /** All bytes are sent, and there was no response within `{s}` seconds. */
  noAnswerToUpload?: string;
  /** The file `{name}` has none of the types in `{value}`. */
  notThisType?: string;
  /** The file `{name}` is larger than `{value}`, such as 5 MB. */
  overSize?: string;
  /** The response is invalid; `{detail}`, in English, is the cause. */
  notUnderstood?: string;
  /** The server reported the unknown status `{word}`. */
  unknownWord?: string;
  /** A function `token` or `headers` has failed; `{detail}` is the cause. */
  notSent?: string;
  /** The response is a web page, as of a server that asks the user to sign in. */
  webPage?: string;
  /** The file no longer exists, or cannot be read any more. */
  fileUnreadable?: string;
  /** An upload was accepted, but the response is invalid, as `{detail}` says. */
  unconfirmed?: string;
  /** The connection was closed twice near the same point of an upload: the file may be too large. */
  closedEarly?: string;
  /** An upload is larger than `{value}`, the maximum that the server reports. */
  overServerLimit?: string;
  /** The server is not set up correctly, as `{detail}` says. */
  misconfigured?: string;
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
  /** One of the reasons above, `{reason}`, with the message of the server, `{words}`. */
  inItsWords?: string;
}

/** Labels of controls, headings, states and empty lists. */
export interface LabelTexts {
  /** The button that retries a failed task. */
  retry?: string;
  /** The button that cancels a task, and the one that cancels a deletion. */
  cancel?: string;
  /** The buttons that close a toast and the dialog. */
  close?: string;
  /** The accessible name of the region with the toasts. */
  notifications?: string;
  /** The line for `{n}` toasts or tasks that are not visible. */
  more?: string;
  /** The heading of the list of tasks. */
  tasks?: string;
  /** The button that opens the list: `{n}` tasks are unfinished. */
  unfinished?: string;
  /** The text of the list without tasks. */
  noTasks?: string;
  /** The button that removes a task that has ended from the list. */
  clear?: string;
  /** The button that removes all of these. */
  clearFinished?: string;
  /** The button that pauses an upload. */
  pause?: string;
  /** The button that resumes it. */
  resume?: string;
  /** The button that retries all failed tasks. */
  retryFailed?: string;
  /** The state of an upload. */
  uploading?: string;
  /** The state of an upload once all bytes are sent. */
  awaitingAnswer?: string;
  /** The state of a paused upload. */
  paused?: string;
  /** The speed of an upload, `{pace}`, such as 1.5 MB/s, and the time left, `{left}`. */
  rate?: string;
  /** The state of a job that waits for the server. */
  queued?: string;
  /** The state of a running job. */
  running?: string;
  /** The state during a connection problem. */
  recovering?: string;
  /** The state while the browser is offline. */
  offline?: string;
  /** The state of a task that has succeeded. */
  succeeded?: string;
  /** The state of a failed task. */
  failed?: string;
  /** The state of a cancelled task. */
  cancelled?: string;
  /** The name of uploads in lists. */
  uploadKind?: string;
  /** The name of video processing in lists. */
  videoKind?: string;
  /** The name of embedding generation in lists. */
  embeddingKind?: string;
  /** The title of a task that was started without one. */
  untitled?: string;
  /** The heading of the storage dialog. */
  storage?: string;
  /** Its first tab, and the button that submits the form. */
  upload?: string;
  /** Its second tab. */
  manage?: string;
  /** The accessible name of the file field. */
  file?: string;
  /** The instruction at that field. */
  chooseFile?: string;
  /** The alternative instruction there. */
  dropFile?: string;
  /** The field for the title. */
  title?: string;
  /** The hint below it. */
  titleHint?: string;
  /** The form was submitted without a file. */
  fileMissing?: string;
  /** The file `{name}` is empty. */
  fileEmpty?: string;
  /** The file `{name}` cannot be read. */
  fileUnreadable?: string;
  /** The folder `{name}` was dropped. The files beside it are taken. */
  folderSkipped?: string;
  /** The form was submitted without a title. */
  titleMissing?: string;
  /** The title has more than `{n}` characters. */
  titleTooLong?: string;
  /** The number of chosen files, `{n}`, if there are several. */
  filesChosen?: string;
  /** More than `{n}` files were chosen. */
  tooManyFiles?: string;
  /** The list of attachments is being loaded. */
  loading?: string;
  /** It could not be loaded. The reason follows. */
  listFailed?: string;
  /** It is empty. */
  nothingStored?: string;
  /** The button that deletes an attachment. */
  delete?: string;
  /** The button that confirms the deletion. */
  deleteConfirm?: string;
  /** The accessible name of both buttons: `{title}`. */
  deleteNamed?: string;
  /** The attachment `{title}` could not be deleted. The reason follows. */
  deleteFailed?: string;
  /** The question before the page is left during an upload. Most browsers show their own. */
  leaveWarning?: string;
  /** Of an upload of whose file the browser keeps a copy. */
  kept?: string;
  /** The switch for system notifications. */
  notifyMe?: string;
  /** What to do if the browser blocks them. */
  notifyBlocked?: string;
}

/**
 * Texts that replace those of the language. Placeholders such as `{title}` are replaced; numbers
 * and units are formatted in the language.
 */
export interface Texts {
  /**
   * The BCP 47 tag of the texts, for screen readers and number formats. Set it if your texts are
   * in another language.
   */
  language?: string;
  upload?: UploadTexts;
  /** By kind of job. */
  jobs?: { video?: JobTexts; embedding?: JobTexts; [kind: string]: JobTexts | undefined };
  /** Appended to the title of a running task if the progress is known: `{p}`. */
  percent?: string;
  /** The description during a connection problem: `{s}` seconds until the next attempt. */
  recovering?: string;
  /** The description while the browser is offline. */
  offline?: string;
  /** The title of a cancelled task: `{title}`. */
  cancelled?: string;
  reasons?: ReasonTexts;
  labels?: LabelTexts;
}
