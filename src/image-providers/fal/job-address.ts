/**
 * Where a request is asked about. fal's answers carry addresses for that; their path is what counts as the job's id here, because
 * it leaves out a part of the model's name in a way that only fal knows for sure. Their host is not believed: the key goes to the
 * configured one alone.
 */

/** `owner/app/requests/id`: nothing else may go into a path behind which the key is sent. */
const pattern = /^([\w.-]+\/)+requests\/[\w-]{1,100}$/;

/** What a submission answered. */
export interface NamedJob {
  readonly requestId: string;
  /** The address of the result, where there is one. */
  readonly responseUrl: string | null;
}

/** The id under which the job is remembered: the path of its result. */
export function remoteIdOf({ requestId, responseUrl }: NamedJob, endpoint: string, baseUrl: string): string {
  const answered = responseUrl === null ? null : URL.parse(responseUrl);
  const base = new URL(baseUrl);
  const path =
    answered?.origin === base.origin ? answered.pathname.slice(base.pathname.replace(/\/$/, "").length + 1) : "";
  if (isRemoteId(path)) return path;
  // As documented: owner and app, without the part of the model's name behind them.
  const [owner = "", app = ""] = endpoint.split("/");
  return `${owner}/${app}/requests/${requestId}`;
}

/** Whether a text is such an id. Segments of dots would climb out of the path. */
export function isRemoteId(text: string): boolean {
  return pattern.test(text) && !text.split("/").some((segment) => /^\.+$/.test(segment));
}
