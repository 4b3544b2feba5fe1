import ipaddr from "ipaddr.js";

/** Where nobody can tell from where something comes, it all comes from one place. */
const nowhere = "nowhere";

/** The network that an address lies in, as one customer gets it from a provider: an IPv4 /24, an IPv6 /64. */
export const networkOf = (address: string | null): string => cut(address, { ipv4: 24, ipv6: 64 });

/** The one host of an address. An IPv6 host can take any address of its /64, so that all of them count as one. */
export const hostOf = (address: string | null): string => cut(address, { ipv4: 32, ipv6: 64 });

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
