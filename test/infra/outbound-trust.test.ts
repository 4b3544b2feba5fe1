import type { RequestListener } from "node:http";
import t from "tap";
import { client, serve } from "../support/outbound.ts";

t.test("an address that the operator configured may be private and plain, and nothing else may", async (t) => {
  const seen: string[] = [];
  const listener: RequestListener = (request, response) => {
    seen.push(`${request.headers.host}${request.url}`);
    if (request.url === "/away") response.writeHead(302, { location: `${other}/` }).end();
    else if (request.url === "/home") response.writeHead(302, { location: "/" }).end();
    else response.end("here");
  };
  const origin = await serve(t, listener);
  const other = await serve(t, listener);
  const strict = { allowedNetworks: [], allowHttp: false };
  const ask = (url: string, trustedOrigin?: string) =>
    client(t, strict).request({ url, redirects: 2, ...(trustedOrigin !== undefined && { trustedOrigin }) });
  t.match(await ask(`${origin}/home`, origin), { ok: true, status: 200, url: `${origin}/` });
  t.match(await ask(`${origin}/`), { ok: false, reason: "bad_url" }, "without the word of the operator");
  t.match(await ask(`${other}/`, origin), { ok: false, reason: "bad_url" }, "another port is another place");
  t.match(await ask(`${origin}/away`, origin), { ok: false, reason: "bad_url", requestSent: true });
  t.match(await ask(`http://user@${new URL(origin).host}/`, origin), { ok: false, reason: "bad_url" });
  t.equal(seen.length, 3);
  const plain = client(t, { ...strict, allowHttp: true });
  t.match(await plain.request({ url: `${other}/`, trustedOrigin: origin }), { ok: false, reason: "blocked" });
  t.match(await plain.request({ url: `${origin}/away`, trustedOrigin: origin, redirects: 1 }), { reason: "blocked" });
});
