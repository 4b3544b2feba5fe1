import fc from "fast-check";
import t from "tap";
import { isRemoteId, remoteIdOf } from "../../../src/image-providers/fal/job-address.ts";

const base = "https://queue.fal.run";
const requestId = "0b5e2a6c-9a3f-4d0e-8f11-2f6b3c1d7e55";
const documented = `fal-ai/flux/requests/${requestId}`;
const idOf = (responseUrl: string | null, baseUrl = base) =>
  remoteIdOf({ requestId, responseUrl }, "fal-ai/flux/dev", baseUrl);

t.test("the address that fal answers counts, as far as its path", async (t) => {
  t.equal(idOf(`${base}/fal-ai/flux/requests/${requestId}`), documented);
  t.equal(
    idOf(`${base}/workflows/somebody/flow/requests/${requestId}`),
    `workflows/somebody/flow/requests/${requestId}`,
  );
  t.equal(idOf(`${base}/proxy/fal-ai/flux/requests/${requestId}`, `${base}/proxy`), documented, "below a base path");
});

t.test("any other address is answered by the documented one", async (t) => {
  t.equal(idOf(`https://evil.test/other/app/requests/${requestId}`), documented, "a stranger's path does not count");
  const odd = [null, "", "nonsense", `${base}/`, `${base}/x/../../requests/..`, `http://queue.fal.run/${documented}`];
  for (const address of [...odd, `https://queue.fal.run.evil.test/${documented}`, `https://evil.test/${documented}`]) {
    t.equal(idOf(address), documented, String(address));
  }
});

t.test("no id leaves the place where ids live", async (t) => {
  t.ok(isRemoteId(documented));
  for (const id of [
    "",
    "requests/1",
    "a/../requests/1",
    "a/./requests/1",
    "a/requests/1/cancel",
    "a/requests/1?x",
    "/a/requests/1",
  ]) {
    t.notOk(isRemoteId(id), id);
  }
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      const id = `a/${text}/requests/${text}`;
      return !isRemoteId(id) || new URL(`/${id}/status`, base).pathname === `/${id}/status`;
    }),
  );
});
