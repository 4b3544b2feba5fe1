import t from "tap";
import { unreachableBecause } from "../../src/infra/public-reach.ts";

for (const url of [
  "https://atelier.example.org",
  "https://203.0.114.9",
  "https://[2606:4700::1111]",
  "https://a.b.co:8443/x",
]) {
  t.equal(unreachableBecause(url), null, `${url} may be reachable`);
}
for (const [url, why] of [
  ["http://localhost:4000", /only this machine/],
  ["https://atelier", /only this machine/],
  ["https://nas.local", /only this machine/],
  ["https://atelier.internal", /only this machine/],
  ["https://127.0.0.1", /private network/],
  ["https://192.168.1.20:4000", /private network/],
  ["https://[::1]", /private network/],
  ["https://[fd00::1]", /private network/],
  ["http://atelier.example.org", /https/],
] as const) {
  t.match(unreachableBecause(url), why, url);
}
