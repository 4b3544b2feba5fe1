import t, { type Test } from "tap";
import { serve } from "../../support/outbound.ts";
import { openPictureDesk, png } from "../../support/picture-desk.ts";

/** A place on the web with every kind of address. */
async function openWeb(t: Test): Promise<string> {
  const picture = await png(120, 80);
  const page = "<!doctype html><title>A gallery</title>";
  return serve(t, ({ url = "/" }, response) => {
    const [, name = ""] = url.split("/");
    if (name === "kite.png") response.writeHead(200, { "content-type": "text/html" }).end(picture);
    else if (name === "moved") response.writeHead(302, { location: "/kite.png" }).end();
    else if (name === "circle") response.writeHead(302, { location: "/circle" }).end();
    else if (name === "inside") response.writeHead(302, { location: "http://10.0.0.1/kite.png" }).end();
    else if (name === "gallery") response.writeHead(200, { "content-type": "image/png" }).end(page);
    else if (name === "half") response.writeHead(200).end(picture.subarray(0, picture.length / 2));
    else if (name === "cut") {
      response.writeHead(200, { "content-length": picture.length }).write(picture.subarray(0, 100));
      setImmediate(() => response.destroy());
    } else if (name === "endless") {
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536, 1)));
      };
      response.writeHead(200, { "content-type": "image/png" }).on("drain", more);
      more();
    } else response.writeHead(404).end();
  });
}

t.test("a picture from the web", async (t) => {
  const desk = await openPictureDesk(t, { MAX_UPLOAD_BYTES: "1000000" });
  const { atelier, bring, look, row, keys } = desk;
  const web = await openWeb(t);
  const brought = async (url: string) => {
    const { image } = await bring(url);
    await atelier.drain();
    return look(image.id);
  };

  t.test("is fetched by a worker, and remembers where it came from", async (t) => {
    const result = await bring(`${web}/kite.png#top`, { tags: ["Kites"] });
    t.match(result, { __typename: "ImportImageSuccess", image: { status: "PENDING", sourceUrl: `${web}/kite.png` } });
    await atelier.drain();
    t.match(await look(result.image.id), {
      status: "GENERATED",
      width: 120,
      height: 80,
      provider: null,
      failure: null,
    });
    const stored = await row(result.image.id);
    t.match(stored, { origin: "IMPORTED", provenance: null, tagNames: "Kites", tags: [{ tag: { name: "Kites" } }] });
    t.match(await brought(`${web}/moved`), { status: "GENERATED" }, "redirects are followed");
  });

  t.test("that cannot be had is FAILED with a reason, and leaves nothing", async (t) => {
    const before = await keys();
    const cases: readonly [string, string, RegExp][] = [
      [`${web}/gallery`, "UNUSABLE_FILE", /This is a web page\. PNG, JPEG and WebP/],
      [`${web}/half`, "UNUSABLE_FILE", /damaged or incomplete/],
      [`${web}/none`, "UNREACHABLE", /status 404/],
      [`${web}/circle`, "UNREACHABLE", /redirects too often/],
      [`${web}/cut`, "UNREACHABLE", /failed before its answer was complete/],
      [`${web}/endless`, "UNREACHABLE", /larger than 1\.0 MB/],
    ];
    for (const [url, failure, message] of cases) {
      t.match(await brought(url), { status: "FAILED", url: null, failure: { class: failure, message } }, url);
    }
    t.same(await keys(), before);
  });

  t.test("is not fetched from this server's own network, which looks like one that is not there", async (t) => {
    const told = new Set<string>();
    for (const url of [
      ...["http://10.0.0.1/kite.png", "http://169.254.169.254/latest/meta-data", "http://[::1]:5432/", `${web}/inside`],
      "http://nowhere.invalid/kite.png",
    ]) {
      const image = await brought(url);
      t.match(image, { status: "FAILED", failure: { class: "UNREACHABLE" } }, url);
      told.add(image.failure.message);
    }
    t.equal(told.size, 1, [...told].join("\n"));
  });

  t.test("needs a web address", async (t) => {
    const before = await atelier.services.db.image.count();
    for (const url of [
      "",
      "kite.png",
      "file:///etc/passwd",
      "ftp://example.org/kite.png",
      "http://ada:pw@example.org/",
    ]) {
      t.match(await bring(url), { __typename: "ValidationError", issues: [{ path: ["url"], code: "INVALID" }] }, url);
    }
    t.match(await bring(`https://example.org/${"x".repeat(2_100)}`), { issues: [{ path: ["url"], code: "TOO_LONG" }] });
    t.equal(await atelier.services.db.image.count(), before);
    const strict = await openPictureDesk(t, { OUTBOUND_ALLOW_HTTP: "false" });
    t.match(await strict.bring(`${web}/kite.png`), { issues: [{ path: ["url"], message: /no https address/ }] });
  });
});
