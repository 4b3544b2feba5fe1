/**
 * What an S3 server or the way to it answers, made fit for logs and people. The SDK's own errors are not passed on: some servers
 * put the key id and the text that was signed into them.
 */

/** The storage failed; the message names what was tried, what came back and what an operator can do. */
export class StorageError extends Error {
  /** The server's code (`AccessDenied`), or the system's (`ECONNREFUSED`). */
  readonly code: string;
  constructor(message: string, code: string) {
    super(message);
    this.name = "StorageError";
    this.code = code;
  }
}

/** Codes of S3 (API reference, "Error responses") and of Node's sockets. */
const advice: Readonly<Record<string, string>> = {
  AccessDenied: "The key needs s3:GetObject, s3:PutObject, s3:DeleteObject and s3:ListBucket on this bucket.",
  InvalidAccessKeyId: "The server does not know S3_ACCESS_KEY_ID.",
  SignatureDoesNotMatch: "S3_SECRET_ACCESS_KEY or S3_REGION is not the right one.",
  AuthorizationHeaderMalformed: "S3_REGION is not the bucket's region.",
  PermanentRedirect: "S3_REGION is not the bucket's region.",
  NoSuchBucket: "Create the bucket, or correct S3_BUCKET.",
  RequestTimeTooSkewed: "This machine's clock is wrong.",
  CredentialsProviderError: "Set S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY, or give the machine a role.",
  ECONNREFUSED: "Nobody listens there: look at S3_ENDPOINT and the server.",
  ENOTFOUND: "There is no such host: look at S3_ENDPOINT.",
  ETIMEDOUT: "It did not answer in time.",
  TimeoutError: "It did not answer in time.",
};

interface Fault {
  readonly code: string;
  readonly status: number | null;
}

/** The code and the HTTP status of anything the SDK throws. */
export function s3Fault(error: unknown): Fault {
  if (!(error instanceof Error)) return { code: "unknown", status: null };
  const status = metadataStatus(error);
  // Sockets say what happened in `code`, the server in `name`; several addresses that all failed in the first one's code.
  if (error instanceof AggregateError) return s3Fault(error.errors[0]);
  const code = "code" in error && typeof error.code === "string" ? error.code : error.name;
  return { code: /^[A-Za-z0-9_.-]{1,64}$/.test(code) ? code : "unknown", status };
}

function metadataStatus(error: Error): number | null {
  if (!("$metadata" in error) || typeof error.$metadata !== "object" || error.$metadata === null) return null;
  const metadata = error.$metadata;
  return "httpStatusCode" in metadata && typeof metadata.httpStatusCode === "number" ? metadata.httpStatusCode : null;
}

/** @param what such as `GetObject of images/ab/….png`. */
export function s3Error(error: unknown, what: string, where: string): StorageError {
  const { code, status } = s3Fault(error);
  const answer = status === null ? code : `${status} ${code}`;
  const hint = advice[code];
  return new StorageError(`${where} failed at ${what}: ${answer}.${hint === undefined ? "" : ` ${hint}`}`, code);
}
