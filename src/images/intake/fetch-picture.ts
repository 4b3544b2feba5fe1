import type { OutboundHttp } from "../../infra/outbound-http.ts";

/** From the first connection to the last byte, over all redirects, in milliseconds. */
const deadlineMs = 60_000;

/** A picture from somewhere else, or a sentence for the person who named the address. `detail` is for the operator's log alone. */
export type FetchedPicture =
  | { readonly ok: true; readonly bytes: Buffer }
  | { readonly ok: false; readonly message: string; readonly detail: string };

/** Fetches what somebody's address leads to, by the guarded client: nothing of this machine's own network can be reached so. */
export async function fetchPicture(
  http: OutboundHttp,
  { url, maxBytes, signal }: { readonly url: string; readonly maxBytes: number; readonly signal: AbortSignal },
): Promise<FetchedPicture> {
  const headers = { accept: "image/png, image/jpeg, image/webp, image/*;q=0.5" };
  const answer = await http.request({ url, headers, redirects: 3, maxBytes, deadlineMs, signal });
  if (!answer.ok) {
    const message = answer.reason === "too_large" ? moreThan(maxBytes) : answer.message;
    return { ok: false, message, detail: `${answer.reason}: ${answer.detail}` };
  }
  if (answer.status !== 200) {
    const message = `The address answered with status ${answer.status} instead of a picture. Check the address, and whether it opens without signing in.`;
    return { ok: false, message, detail: `status ${answer.status}` };
  }
  return { ok: true, bytes: answer.body };
}

const moreThan = (maxBytes: number) =>
  `What the address leads to is larger than ${(maxBytes / 1_000_000).toFixed(1)} MB, which is the most allowed.`;
