/**
 * Undoes one `Content-Encoding` under a size cap. Atelier asks for none (`accept-encoding: identity`), but some servers
 * compress regardless, and refusing the answer to a publish would make a finished post look doubtful.
 */
import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate, type ZlibOptions } from "node:zlib";

type Decoder = (bytes: Buffer, options: ZlibOptions) => Promise<Buffer>;

const decoders = new Map<string, Decoder>([
  ["gzip", promisify<Buffer, ZlibOptions, Buffer>(gunzip)],
  ["x-gzip", promisify<Buffer, ZlibOptions, Buffer>(gunzip)],
  ["deflate", promisify<Buffer, ZlibOptions, Buffer>(inflate)],
  ["br", promisify<Buffer, ZlibOptions, Buffer>(brotliDecompress)],
]);

/** The decoded bytes, or why there are none. */
export type DecodedContent =
  | { readonly ok: true; readonly body: Buffer }
  | { readonly ok: false; readonly reason: "too_large" | "network"; readonly detail: string };

/**
 * @param encoding the `Content-Encoding` header, if there was one. Only a single coding is accepted: stacked ones multiply
 *   what a few bytes can become.
 * @param maxBytes cap on the decoded size; decoding stops as soon as it is passed.
 */
export async function decodeContent(
  body: Buffer,
  encoding: string | undefined,
  maxBytes: number,
): Promise<DecodedContent> {
  const coding = encoding?.trim().toLowerCase();
  if (!coding || coding === "identity" || body.length === 0) return { ok: true, body };
  const decode = decoders.get(coding);
  if (!decode) return { ok: false, reason: "network", detail: `content-encoding "${coding}" is not supported` };
  try {
    return { ok: true, body: await decode(body, { maxOutputLength: maxBytes }) };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    if (code === "ERR_BUFFER_TOO_LARGE") {
      return { ok: false, reason: "too_large", detail: `decodes to more than ${maxBytes} bytes` };
    }
    return { ok: false, reason: "network", detail: `content-encoding "${coding}" could not be decoded (${code})` };
  }
}
