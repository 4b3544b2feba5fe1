import t from "tap";
import { hostOf, networkOf } from "../../src/infra/network-of.ts";

t.test("where an address lies", async (t) => {
  const cases: readonly [address: string | null, network: string, host: string][] = [
    ["203.0.113.7", "203.0.113.0/24", "203.0.113.7/32"],
    ["203.0.113.250", "203.0.113.0/24", "203.0.113.250/32"],
    ["203.0.114.7", "203.0.114.0/24", "203.0.114.7/32"],
    ["::ffff:203.0.113.7", "203.0.113.0/24", "203.0.113.7/32"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1::/48", "2001:db8:1::/56"],
    ["2001:db8:1:2::1", "2001:db8:1::/48", "2001:db8:1::/56"],
    ["2001:db8:1:ff::1", "2001:db8:1::/48", "2001:db8:1::/56"],
    ["2001:db8:1:100::1", "2001:db8:1::/48", "2001:db8:1:100::/56"],
    ["2001:db8:2::1", "2001:db8:2::/48", "2001:db8:2::/56"],
    ["fe80::1%eth0", "fe80::/48", "fe80::/56"],
    ["unknown", "nowhere", "nowhere"],
    ["", "nowhere", "nowhere"],
    [null, "nowhere", "nowhere"],
  ];
  for (const [address, network, host] of cases) {
    t.same([networkOf(address), hostOf(address)], [network, host], String(address));
  }
});
