import ipaddr from "ipaddr.js";

/** Where nobody can tell from where something comes, it all comes from one place. */
const nowhere = "nowhere";

/**
 * The network that an address lies in: an IPv4 /24, an IPv6 /48. Who asks for one gets an IPv6 /48 of their own for nothing, with
 * 65,536 networks in it, and would otherwise guess from each of them.
 */
export const networkOf = (address: string | null): string => cut(address, { ipv4: 24, ipv6: 48 });

/** Whom an address belongs to: one IPv4 address, or the IPv6 /56 that providers give to one customer (RIPE-690). */
export const hostOf = (address: string | null): string => cut(address, { ipv4: 32, ipv6: 56 });

function cut(address: string | null, bits: { readonly ipv4: number; readonly ipv6: number }): string {
  if (address === null || !ipaddr.isValid(address)) return nowhere;
  const parsed = ipaddr.process(address);
  const length = bits[parsed.kind()];
  const network =
    parsed.kind() === "ipv4"
      ? ipaddr.IPv4.networkAddressFromCIDR(`${parsed.toString()}/${length}`)
      : ipaddr.IPv6.networkAddressFromCIDR(`${parsed.toNormalizedString()}/${length}`);
  return `${network.toString()}/${length}`;
}
