/** Fetches a finished picture from the address that an API gave. The address is the API's word, so it is not trusted. */
import type { ReportFailure } from "./failures.ts";
import { type GenerationFailure, maxPictureBytes, type ProviderContext } from "./provider.ts";

/** How a download goes. */
export interface PictureDownload {
  readonly url: string;
  readonly report: ReportFailure;
  /** The operator's own server, which may be private: the origin of a configured base URL. */
  readonly trustedOrigin?: string;
  /** Hosts that are allowed: `replicate.delivery`, or `*.fal.media` for all below. Absent: every public host. */
  readonly hosts?: readonly string[];
  /** Milliseconds. Default 60,000. */
  readonly deadlineMs?: number;
}

/** The bytes, or why there are none. */
export type DownloadedPicture = { readonly ok: true; readonly bytes: Buffer } | GenerationFailure;

/**
 * Follows up to three redirects, sends no key to anybody, and reads `data:` URLs as well. A picture that is not there is
 * `bad_output`: the API promised it.
 */
export async function downloadPicture(
  { http, signal }: ProviderContext,
  { url, report, trustedOrigin, hosts, deadlineMs = 60_000 }: PictureDownload,
): Promise<DownloadedPicture> {
  if (url.startsWith("data:")) return readDataUrl(url, report);
  if (hosts !== undefined && !hosts.some((pattern) => isHost(url, pattern))) {
    return report("bad_output", { detail: `the picture lies on a host that is not allowed: ${hostOf(url)}` });
  }
  const result = await http.request({
    ...{ url, signal, deadlineMs, maxBytes: maxPictureBytes, redirects: 3 },
    headers: { accept: "image/*" },
    ...(trustedOrigin !== undefined && { trustedOrigin }),
  });
  if (!result.ok) {
    if (result.reason === "aborted") return report("cancelled", { detail: result.detail, cost: { kind: "UNKNOWN" } });
    if (result.reason === "timeout" || result.reason === "network" || result.reason === "connect") {
      // The picture is made and paid for; only fetching it failed.
      return report("bad_output", { message: notFetched, detail: `${result.reason}: ${result.detail}` });
    }
    return report("bad_output", { detail: `${result.reason}: ${result.detail}` });
  }
  if (result.status !== 200) {
    return report("bad_output", { message: notFetched, detail: `the picture's address answered ${result.status}` });
  }
  if (result.body.length === 0) return report("bad_output", { detail: "the picture is empty" });
  return { ok: true, bytes: result.body };
}

const notFetched = "The picture was made but could not be fetched from where the provider put it.";

/** Decodes base64 of a picture; null when it is none or too long. Line breaks and missing padding are forgiven. */
export function decodeBase64(text: string): Buffer | null {
  const packed = text.replaceAll(/\s+/g, "");
  if (packed === "" || packed.length > (maxPictureBytes * 4) / 3 + 4) return null;
  return /^[\w+/-]+={0,2}$/.test(packed) ? Buffer.from(packed, "base64") : null;
}

function readDataUrl(url: string, report: ReportFailure): DownloadedPicture {
  const [head = "", data = ""] = url.split(",", 2);
  const bytes = /;base64$/i.test(head) ? decodeBase64(data) : null;
  return bytes === null ? report("bad_output", { detail: "the data URL is not usable" }) : { ok: true, bytes };
}

function isHost(url: string, pattern: string): boolean {
  const host = hostOf(url);
  return pattern.startsWith("*.") ? host.endsWith(pattern.slice(1)) : host === pattern;
}

function hostOf(url: string): string {
  return URL.parse(url)?.hostname ?? "";
}
