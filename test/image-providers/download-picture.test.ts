import t from "tap";
import { decodeBase64, downloadPicture } from "../../src/image-providers/download-picture.ts";
import { createFailureReporter } from "../../src/image-providers/failures.ts";
import { maxPictureBytes } from "../../src/image-providers/provider.ts";
import { endless, loopbackServer, paint } from "../simulators/loopback.ts";
import { client } from "../support/outbound.ts";

const report = createFailureReporter("Easel", ["sk-secret-key"]);
const signal = new AbortController().signal;

t.test("a picture is fetched with nothing that names us", async (t) => {
  const picture = await paint("png");
  const host = await loopbackServer(t, ({ path }, response) =>
    path === "/" ? response.writeHead(302, { location: "/b" }).end() : response.end(picture),
  );
  const fetched = await downloadPicture({ http: client(t), signal }, { url: `${host.origin}/`, report });
  t.ok(fetched.ok && fetched.bytes.equals(picture));
  const names = Object.keys(host.arrivals[0]?.headers ?? {}).toSorted();
  t.same(names, ["accept", "accept-encoding", "connection", "host", "user-agent"]);
});

t.test("what cannot be fetched is bad output: the picture was promised", async (t) => {
  const host = await loopbackServer(t, ({ path }, response) => {
    if (path === "/endless") endless(response, "image/png");
    else if (path === "/silent") return;
    else if (path === "/private") response.writeHead(302, { location: "http://10.0.0.1/" }).end();
    else if (path === "/html") response.writeHead(404, { "content-type": "text/html" }).end("<html>gone</html>");
    else response.end();
  });
  const http = client(t);
  for (const path of ["/endless", "/silent", "/private", "/html", "/blank"]) {
    const outcome = await downloadPicture(
      { http, signal },
      { url: `${host.origin}${path}`, report, deadlineMs: 1_500 },
    );
    t.match(outcome, { ok: false, failure: "bad_output" }, path);
  }
  for (const url of [
    "ftp://x.example/a.png",
    "not an address",
    "http://127.0.0.1:1/a.png",
    "http://user:pw@x.example/",
  ]) {
    t.match(await downloadPicture({ http, signal }, { url, report }), { ok: false, failure: "bad_output" }, url);
  }
  const stopped = await downloadPicture({ http, signal: AbortSignal.abort() }, { url: host.origin, report });
  t.match(stopped, { ok: false, failure: "cancelled", cost: { kind: "UNKNOWN" } });
});

t.test("hosts are compared by whole names", async (t) => {
  const http = client(t, {
    allowedNetworks: [],
    allowHttp: false,
    resolve: () => Promise.reject(new Error("ENOTFOUND")),
  });
  const hosts = ["replicate.delivery", "*.fal.media"];
  const detail = async (url: string) => {
    const outcome = await downloadPicture({ http, signal }, { url, report, hosts });
    return outcome.ok ? "" : outcome.detail;
  };
  for (const url of ["https://replicate.delivery/a", "https://v3.fal.media/a", "https://a.b.fal.media/a"]) {
    t.match(await detail(url), /^dns/, url);
  }
  for (const url of [
    ...[
      "https://evilreplicate.delivery/a",
      "https://replicate.delivery.evil.example/a",
      "https://fal.media.evil.example/a",
    ],
    ...[
      "https://evilfal.media/a",
      "https://evil.example/?x=replicate.delivery",
      "https://replicate.delivery@evil.example/a",
    ],
  ]) {
    t.match(await detail(url), /not allowed/, url);
  }
});

t.test("data addresses are read, and only base64 ones", async (t) => {
  const http = client(t);
  const read = (url: string) => downloadPicture({ http, signal }, { url, report });
  const fetched = await read(`data:image/png;base64,${Buffer.from("bytes").toString("base64")}`);
  t.ok(fetched.ok && fetched.bytes.toString() === "bytes");
  for (const url of ["data:image/png,bytes", "data:;base64,", "data:image/png;base64,<html>", "data:"]) {
    t.match(await read(url), { ok: false, failure: "bad_output" }, url);
  }
});

t.test("base64 is forgiven its line breaks, not its size", async (t) => {
  t.equal(decodeBase64("aGVs\r\nbG8=")?.toString(), "hello");
  t.equal(decodeBase64("aGVsbG8")?.toString(), "hello");
  t.equal(decodeBase64("-_-_")?.length, 3);
  for (const text of ["", " ", "a b!", "====", "{}"]) t.equal(decodeBase64(text), null, text);
  t.equal(decodeBase64("A".repeat(Math.ceil((maxPictureBytes * 4) / 3) + 8)), null);
});
