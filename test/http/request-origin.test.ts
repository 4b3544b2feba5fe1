import t from "tap";
import { originOf } from "../../src/http/request-origin.ts";

const origin = (remoteAddress: string | undefined, headers: Record<string, string>, proxies: number) =>
  originOf({ socket: { remoteAddress }, headers }, proxies).address;

t.test("without a proxy of ours, what a client says of itself does not count", async (t) => {
  t.equal(origin("203.0.113.7", {}, 0), "203.0.113.7");
  t.equal(origin("203.0.113.7", { "x-forwarded-for": "198.51.100.1" }, 0), "203.0.113.7");
  t.equal(origin("::ffff:203.0.113.7", {}, 0), "203.0.113.7", "IPv4 is IPv4, however the socket writes it");
  t.equal(origin("2001:db8::7", {}, 0), "2001:db8::7");
  t.equal(origin(undefined, {}, 0), null);
});

t.test("behind proxies, the entry that the outermost of ours wrote counts, and nothing before it", async (t) => {
  const spoofed = { "x-forwarded-for": "10.9.9.9, 198.51.100.1" };
  t.equal(origin("10.0.0.1", spoofed, 1), "198.51.100.1");
  t.equal(origin("10.0.0.1", { "x-forwarded-for": "6.6.6.6, 198.51.100.1, 10.0.0.2" }, 2), "198.51.100.1");
  t.equal(origin("10.0.0.1", { "x-forwarded-for": "198.51.100.1" }, 3), "198.51.100.1", "fewer hops than expected");
  t.equal(origin("10.0.0.1", {}, 1), "10.0.0.1", "whoever comes past the proxy");
});

t.test("a port that a proxy wrote down is no part of the address", async (t) => {
  for (const [written, address] of [
    ["203.0.113.7:4711", "203.0.113.7"],
    ["[2001:db8::7]:4711", "2001:db8::7"],
    ["[2001:db8::7]", "2001:db8::7"],
    ["2001:db8::7", "2001:db8::7"],
  ] as const) {
    t.equal(origin("10.0.0.1", { "x-forwarded-for": `9.9.9.9, ${written}` }, 1), address, written);
  }
});

t.test("what the client calls itself is kept short", async (t) => {
  t.equal(originOf({ socket: {}, headers: { "user-agent": "x".repeat(500) } }, 0).device?.length, 200);
  t.equal(originOf({ socket: {}, headers: {} }, 0).device, null);
});
