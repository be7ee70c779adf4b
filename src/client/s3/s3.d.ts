import type { Id, UploadTransport } from './yew_background_tasks.js';

/** The file of an upload. */
export interface S3File {
  readonly file: File;
  readonly title: string;
  /** The same for all attempts of one upload. */
  readonly idempotencyKey: string;
  /** Aborted when the result is no longer needed. */
  readonly signal: AbortSignal;
}

/** A presigned URL. */
export interface SignedRequest {
  url: string;
  /** Headers that the signature requires. */
  headers?: Record<string, string> | Headers | null;
  /** Default `PUT`. */
  method?: string | null;
}

/** A multipart upload that was created. */
export interface MultipartUpload {
  /** The key of the object. */
  readonly key: string;
  readonly uploadId: string;
}

/** A part that the storage has, with the names of the S3 API. */
export interface S3Part {
  /** From 1. */
  PartNumber: number;
  ETag: string;
  /** In bytes. */
  Size: number;
}

/** The functions of multipart uploads: all or none. */
export interface S3MultipartOptions {
  /** Creates a multipart upload (`CreateMultipartUpload`). */
  createMultipart: (file: S3File) => Promise<MultipartUpload> | MultipartUpload;
  /** Signs the request of a part (`UploadPart`), of `size` bytes. */
  signPart: (
    part: MultipartUpload & { readonly partNumber: number; readonly size: number; readonly signal: AbortSignal },
  ) => Promise<SignedRequest> | SignedRequest;
  /**
   * Lists all parts that the storage has (`ListParts`, which returns at most 1000 at a time). Rejects with
   * `status` 404 if there is no such upload: then it is created again.
   */
  listParts: (upload: MultipartUpload & { readonly signal: AbortSignal }) => Promise<S3Part[]> | S3Part[];
  /**
   * Completes a multipart upload (`CompleteMultipartUpload`). Without an `id`, the attachment's is the key.
   *
   * Called again if its result was lost. `parts` is empty if the storage has no such upload any more: then the
   * object may exist already. Rejects with `status` 404 if it does not.
   */
  completeMultipart: (
    upload: MultipartUpload & S3File & { readonly parts: ReadonlyArray<Omit<S3Part, 'Size'>> },
  ) => Promise<{ id?: Id | null } | null | void> | { id?: Id | null } | null | void;
  /** Deletes a multipart upload (`AbortMultipartUpload`). */
  abortMultipart: (upload: MultipartUpload & { readonly signal: AbortSignal }) => Promise<unknown> | unknown;
  /** The smallest file, in bytes, that is uploaded in parts. Default 100 MiB. */
  multipartFrom?: number;
  /** The bytes of a part, 5 MiB to 5 GiB; more if there would be more than 10,000. Default 8 MiB. */
  partSize?: number;
}

/**
 * The functions that sign requests. An exception or a rejection with a number `status` counts as a response
 * with that status; any other is a transient failure, whose message the user reads after the last retry.
 */
export interface S3Options extends Partial<S3MultipartOptions> {
  /**
   * Signs a `PUT` of the whole file. `id` is the attachment's once the file is stored; by default the last
   * segment of the URL's path. Required unless `multipartFrom` is 0.
   */
  signPut?: (file: S3File) => Promise<SignedRequest & { id?: Id | null }> | (SignedRequest & { id?: Id | null });
}

/** Uploads files to object storage with the S3 API, as the option `uploadTransport`. */
export function s3(options: S3Options): UploadTransport;
