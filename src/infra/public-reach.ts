import { isIP } from "node:net";
import { createAddressPolicy } from "./address-policy.ts";

/** Names that never leave a machine or a private network (RFC 6761, RFC 6762, RFC 8375, and what has no dot). */
const privateName = /^[^.]+$|(^|\.)(localhost|local|internal|test|invalid|home\.arpa)$/i;

/**
 * Why nobody on the internet can fetch from this address, as far as the address itself tells; null when it may be reachable.
 * Whether it really is, only a request from outside would tell.
 */
export function unreachableBecause(publicUrl: string): string | null {
  const { protocol, hostname } = new URL(publicUrl);
  const host = hostname.replace(/^\[|\]$/g, "");
  if (isIP(host) !== 0) {
    return createAddressPolicy([]).permits(host) ? null : `${host} is an address of a private network`;
  }
  if (privateName.test(host)) return `"${host}" is a name that only this machine or its network knows`;
  return protocol === "https:" ? null : "it does not start with https://";
}
