/**
 * Which IP addresses Atelier may connect to when somebody else chose the host.
 *
 * The rule is a list of what is allowed, not of what is forbidden: globally routable unicast, plus the networks that the
 * operator named. IPv6 forms that carry an IPv4 address inside are either unwrapped and judged by that address, or refused.
 */
import { isIPv4, isIPv6 } from "node:net";
import ipaddr from "ipaddr.js";

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Network = [Address, number];

/** Judges one resolved address. */
export interface AddressPolicy {
  /** `address` as text, without brackets. Text that is not an address is not permitted. */
  permits(address: string): boolean;
}

/**
 * Services that hand out machine credentials or configuration inside a cloud. They stay closed even where an allowed network
 * contains them. Sources: AWS, Azure, Oracle and Alibaba Cloud instance metadata documentation; Google's name
 * `metadata.google.internal` resolves to the first address.
 */
const cloudMetadata: readonly string[] = [
  "169.254.169.254",
  "169.254.170.2",
  "169.254.170.23",
  "168.63.129.16",
  "192.0.0.192",
  "100.100.100.200",
  "fd00:ec2::254",
  "fd00:ec2::23",
  "fd20:ce::254",
];

/** RFC 4291 §2.4: everything assigned as global unicast lies in here; `range()` alone calls unassigned space unicast too. */
const globalUnicast = ipaddr.parseCIDR("2000::/3");
/** RFC 6052 §2.1: the well-known NAT64 prefix; the last 32 bits are the IPv4 address that is really reached. */
const nat64 = ipaddr.parseCIDR("64:ff9b::/96");

/**
 * @param allowedNetworks CIDRs (`10.0.0.0/8`, `fd00::/8`) that are permitted although they are not public.
 * @throws Error naming the entry that is not a CIDR.
 */
export function createAddressPolicy(allowedNetworks: readonly string[]): AddressPolicy {
  const allowed = allowedNetworks.map(parseNetwork);
  const closed = cloudMetadata.map((address) => ipaddr.parse(address).toNormalizedString());
  return {
    permits(text) {
      const address = parseAddress(text);
      if (!address) return false;
      if (closed.includes(address.toNormalizedString())) return false;
      return allowed.some((network) => within(address, network)) || isPublic(address);
    },
  };
}

/** ipaddr.js reads more than addresses ("10", "0x7f.1") and takes `::8.8.8.8` for `::ffff:8.8.8.8`, so it gets one spelling only. */
function parseAddress(text: string): Address | null {
  if (isIPv4(text)) return ipaddr.IPv4.parse(text);
  const groups = isIPv6(text) ? URL.parse(`http://[${text}]/`)?.hostname.slice(1, -1) : undefined;
  return groups === undefined ? null : unwrap(ipaddr.IPv6.parse(groups));
}

/** The IPv4 address inside an IPv4-mapped or NAT64 address. 6to4, Teredo and the rest are not unwrapped: no public host needs them. */
function unwrap(address: ipaddr.IPv6): Address {
  if (address.isIPv4MappedAddress()) return address.toIPv4Address();
  if (within(address, nat64)) return new ipaddr.IPv4(address.toByteArray().slice(12));
  return address;
}

function isPublic(address: Address): boolean {
  if (address.range() !== "unicast") return false;
  return address instanceof ipaddr.IPv4 || within(address, globalUnicast);
}

function within(address: Address, [network, bits]: Network): boolean {
  return address.kind() === network.kind() && address.match(network, bits);
}

function parseNetwork(text: string): Network {
  if (!ipaddr.isValidCIDR(text)) {
    throw new Error(
      `"${text}" is not a network. Write an address and a prefix length, such as 192.168.0.0/16 or fd00::/8.`,
    );
  }
  return ipaddr.parseCIDR(text);
}
