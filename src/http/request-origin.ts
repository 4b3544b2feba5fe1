import type { IncomingMessage } from "node:http";
import type { RequestOrigin } from "../infra/audit.ts";

/** Longest `User-Agent` that is kept. */
const deviceLength = 200;

/**
 * From where a request comes. Each proxy in front appends the address that it was called from to `X-Forwarded-For`; whatever
 * stands before the entries of our own `proxies` was written by the client and proves nothing.
 */
export function originOf(
  {
    socket,
    headers,
  }: Pick<IncomingMessage, "headers"> & { readonly socket: { readonly remoteAddress?: string | undefined } },
  proxies: number,
): RequestOrigin {
  const forwarded = [headers["x-forwarded-for"] ?? []].flat().join(",").split(",");
  // Some proxies write the client's port as well: 203.0.113.7:4711, [2001:db8::7]:4711.
  const bare = (hop: string) => hop.trim().replace(/^(?:\[([^\]]+)\]|([\d.]+))(?::\d+)?$/, "$1$2");
  const hops = [socket.remoteAddress ?? "", ...forwarded.map(bare).toReversed()].filter((hop) => hop !== "");
  return {
    address: hops[Math.min(proxies, hops.length - 1)]?.replace(/^::ffff:(?=[\d.]+$)/, "") ?? null,
    device: headers["user-agent"]?.slice(0, deviceLength) ?? null,
  };
}
