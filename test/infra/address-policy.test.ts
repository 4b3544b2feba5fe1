import fc from "fast-check";
import t from "tap";
import { createAddressPolicy } from "../../src/infra/address-policy.ts";

const publicOnly = createAddressPolicy([]);

t.test("public addresses are permitted", async (t) => {
  for (const address of ["1.1.1.1", "8.8.8.8", "172.15.0.1", "172.32.0.1", "2606:4700:4700::1111", "2a00:1450::8a"]) {
    t.equal(publicOnly.permits(address), true, address);
  }
});

t.test("special, private and reserved networks are refused at both ends", async (t) => {
  const networks: [string, string][] = [
    ["0.0.0.0", "0.255.255.255"],
    ["10.0.0.0", "10.255.255.255"],
    ["100.64.0.0", "100.127.255.255"],
    ["127.0.0.0", "127.255.255.255"],
    ["169.254.0.0", "169.254.255.255"],
    ["172.16.0.0", "172.31.255.255"],
    ["192.0.0.0", "192.0.0.255"],
    ["192.0.2.0", "192.0.2.255"],
    ["192.88.99.0", "192.88.99.255"],
    ["192.168.0.0", "192.168.255.255"],
    ["198.18.0.0", "198.19.255.255"],
    ["198.51.100.0", "198.51.100.255"],
    ["203.0.113.0", "203.0.113.255"],
    ["224.0.0.0", "239.255.255.255"],
    ["240.0.0.0", "255.255.255.255"],
    ["::", "::1"],
    ["::8.8.8.8", "::808:808"],
    ["64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff"],
    ["100::", "100::ffff:ffff:ffff:ffff"],
    ["2001::", "2001:0:ffff:ffff:ffff:ffff:ffff:ffff"],
    ["2001:db8::", "2001:db8:ffff::1"],
    ["2002:808:808::", "2002:ffff::1"],
    ["4000::", "fbff::"],
    ["fc00::", "fdff:ffff::1"],
    ["fe80::", "febf:ffff::1"],
    ["fec0::", "feff::1"],
    ["ff00::", "ffff:ffff::1"],
  ];
  for (const address of networks.flat()) t.equal(publicOnly.permits(address), false, address);
});

t.test("IPv4 inside IPv6 is judged by the IPv4 address", async (t) => {
  t.equal(publicOnly.permits("::ffff:8.8.8.8"), true);
  t.equal(publicOnly.permits("64:ff9b::808:808"), true);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 0, max: 255 }), (a, b) => {
      const hex = (high: number, low: number) => ((high << 8) | low).toString(16);
      return [
        `::ffff:10.${a}.${b}.1`,
        `::FFFF:${hex(10, a)}:${hex(b, 1)}`,
        `64:ff9b::${hex(192, 168)}:${hex(a, b)}`,
      ].every((address) => !publicOnly.permits(address));
    }),
  );
});

t.test("what is not a plain address is refused", async (t) => {
  for (const text of ["", "localhost", "8.8.8.8/32", "[2606:4700::1]", "2606:4700::1%eth0", "256.1.1.1"]) {
    t.equal(publicOnly.permits(text), false, text);
  }
});

t.test("an operator may allow private networks", async (t) => {
  const policy = createAddressPolicy(["192.168.1.0/24", "fd12::/16"]);
  t.equal(policy.permits("192.168.1.20"), true);
  t.equal(policy.permits("::ffff:192.168.1.20"), true);
  t.equal(policy.permits("fd12::5"), true);
  t.equal(policy.permits("192.168.2.20"), false);
  t.equal(policy.permits("fd13::5"), false);
});

t.test("cloud metadata stays closed inside an allowed network", async (t) => {
  const policy = createAddressPolicy(["0.0.0.0/0", "::/0"]);
  t.equal(policy.permits("10.0.0.1"), true);
  for (const address of [
    "169.254.169.254",
    "::ffff:169.254.169.254",
    "64:ff9b::a9fe:a9fe",
    "100.100.100.200",
    "fd00:ec2::254",
  ]) {
    t.equal(policy.permits(address), false, address);
  }
  t.equal(publicOnly.permits("168.63.129.16"), false, "Azure's is a public address");
});

t.test("an entry that is not a network is named", async (t) => {
  t.throws(() => createAddressPolicy(["10.0.0.0/8", "10.0.0.1"]), { message: /"10\.0\.0\.1" is not a network/ });
});
