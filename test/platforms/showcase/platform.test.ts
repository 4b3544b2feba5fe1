import t from "tap";
import { openAtelier } from "../../support/atelier.ts";
import { platformRequest } from "../../support/platform-request.ts";
import { standInProvider } from "../../support/stand-ins.ts";
import * as studio from "../../support/studio.ts";

const { create, publishNow } = studio.operations;

async function open(t: Parameters<typeof openAtelier>[0]) {
  const atelier = await openAtelier(t, { providers: standInProvider() });
  const ada = await atelier.signUp("Ada");
  const [imageId = ""] = await studio.approvedImages(atelier, ada);
  const socialAccountId = await studio.connectGallery(ada, "ada");
  const publish = async (caption: string) => {
    const input = {
      caption,
      images: [{ imageId, altText: "A <b>boat</b>." }],
      targets: [{ socialAccountId }],
      schedule: { now: true },
    };
    const { post } = await ada.mutate(create, input);
    await atelier.drain();
    atelier.clock.advance(1_000);
    const { data } = await ada.request(
      "query ($id: ID!) { node(id: $id) { ... on Post { targets { permalink externalId } } } }",
      { id: post.id },
    );
    return new URL(data.node.targets[0].permalink).pathname;
  };
  const get = (url: string, headers: Record<string, string> = {}) => atelier.app.inject({ url, headers });
  return { atelier, ada, publish, get, imageId, socialAccountId };
}

t.test("what is published stands on the gallery's page, on its own page and in the feed", async (t) => {
  const { publish, get } = await open(t);
  const first = await publish("The first <script>alert(1)</script>");
  const second = await publish("The second");
  t.match(first, /^\/showcase\/ada\/[0-9a-f-]{36}$/);

  const gallery = await get("/showcase/ada");
  t.equal(gallery.statusCode, 200);
  t.match(gallery.headers, {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": /default-src 'none'.*frame-ancestors 'none'/,
    "x-content-type-options": "nosniff",
    "referrer-policy": "strict-origin-when-cross-origin",
  });
  t.ok(gallery.body.indexOf(second) < gallery.body.indexOf(first), "the newest first");
  t.notMatch(gallery.body, /<script/);

  const entry = await get(first);
  t.match(entry.body, /The first &lt;script&gt;/);
  t.match(entry.body, /A &lt;b&gt;boat&lt;\/b&gt;/);
  t.ok(entry.body.includes(second), "with a way to its neighbour");

  const feed = await get("/showcase/ada/feed.atom");
  t.match(feed.headers, { "content-type": /^application\/atom\+xml/, "x-content-type-options": "nosniff" });
  t.equal(feed.body.match(/<entry[ >]/g)?.length, 2);
  t.equal((await get("/showcase/assets/showcase.css")).headers["content-type"], "text/css; charset=utf-8");
});

t.test("the pictures of an entry are served, each under one address", async (t) => {
  const { publish, get } = await open(t);
  const entry = await publish("A boat");
  for (const [file, type] of [
    ["0.png", "image/png"],
    ["0.preview.webp", "image/webp"],
    ["0.thumb.webp", "image/webp"],
  ] as const) {
    const picture = await get(`${entry}/${file}`);
    t.equal(picture.statusCode, 200, file);
    t.match(picture.headers, {
      "content-type": type,
      "content-length": String(picture.rawPayload.length),
      "cache-control": /public.*immutable/,
      "content-security-policy": "default-src 'none'; sandbox",
      "x-content-type-options": "nosniff",
    });
    const again = await get(`${entry}/${file}`, { "if-none-match": String(picture.headers.etag) });
    t.equal(again.statusCode, 304);
  }
  for (const file of ["1.png", "0.jpg", "00.png", "0.thumb.png", "0.huge.webp", "x.png", "0", "..%2f..%2fkeys"]) {
    t.equal((await get(`${entry}/${file}`)).statusCode, 404, file);
  }
});

t.test("what is not there is a page that says so", async (t) => {
  const { publish, get } = await open(t);
  const entry = await publish("A boat");
  const id = entry.split("/").at(-1);
  const strange = ["/showcase/bob", `/showcase/bob/${id}`, `/showcase/bob/${id}/0.png`, "/showcase/bob/feed.atom"];
  for (const url of [
    ...strange,
    "/showcase/ada/nonsense",
    "/showcase/ada/01900000-0000-7000-8000-000000000000",
    "/showcase/%00",
    "/showcase/ada/%00",
    `/showcase/%00/${id}/0.png`,
  ]) {
    const answer = await get(url);
    t.equal(answer.statusCode, 404, url);
    t.match(
      answer.headers,
      { "content-type": "text/html; charset=utf-8", "content-security-policy": /default-src 'none'/ },
      url,
    );
  }
  t.equal(
    (await get("/showcase/ada?after=nonsense")).statusCode,
    200,
    "a cursor that leads nowhere starts at the first page",
  );
  t.equal((await get("/showcase/ada?after=a&after=b")).statusCode, 200);
});

t.test("a long gallery has pages, and every entry is on one of them", async (t) => {
  const { atelier, get, publish } = await open(t);
  await publish("The newest");
  const entry = await atelier.services.db.showcaseEntry.findFirstOrThrow();
  const older = Array.from({ length: 30 }, (_, n) => ({
    ...entry,
    id: `01900000-0000-7000-8000-${String(n).padStart(12, "0")}`,
    images: entry.images ?? [],
    // Several at one moment: the id decides between them.
    publishedAt: new Date(entry.publishedAt.getTime() - 1_000 * Math.ceil(n / 3)),
  }));
  await atelier.services.db.showcaseEntry.createMany({ data: older });
  const seen: string[] = [];
  for (let url: string | undefined = "/showcase/ada"; url !== undefined; ) {
    const { body }: { body: string } = await get(url);
    seen.push(
      ...new Set([...body.matchAll(/\/showcase\/ada\/([0-9a-f-]{36})(?=["#])/g)].map((match) => match[1] ?? "")),
    );
    url = /\/showcase\/ada\?after=[0-9a-f-]{36}/.exec(body.slice(body.indexOf("<main")))?.[0];
    if (seen.length > 60) throw new Error("The pages go in circles.");
  }
  t.equal(new Set(seen).size, 31);
  t.equal(seen.length, 31);
});

t.test("one entry, whatever is clicked, woken and run at once (I-1)", async (t) => {
  const { atelier, ada, imageId, socialAccountId } = await open(t);
  const { post } = await ada.mutate(create, {
    caption: "Once.",
    images: [{ imageId }],
    targets: [{ socialAccountId }],
  });
  const clicks = Array.from({ length: 10 }, () => ada.mutate(publishNow, { postId: post.id }));
  await Promise.all([...clicks, atelier.drain(), atelier.drain()]);
  const { wakeTargets } = await import("../../../src/posts/wake-targets.ts");
  const id = studio.rowIdOf(post.targets[0].id);
  for (const at of [new Date(0), new Date(1)]) await atelier.services.transact((tx) => wakeTargets(tx, [{ id, at }]));
  await Promise.all([atelier.drain(), atelier.drain()]);
  t.equal(await atelier.services.db.showcaseEntry.count(), 1);
});

t.test("a gallery that is gone asks for a new connection", async (t) => {
  const { atelier, ada, imageId, socialAccountId } = await open(t);
  await atelier.services.db.showcaseGallery.deleteMany();
  const input = { caption: "Late.", images: [{ imageId }], targets: [{ socialAccountId }], schedule: { now: true } };
  await ada.mutate(create, input);
  await atelier.drain();
  const { data } = await ada.request(
    "{ posts { nodes { targets { failure { code message } socialAccount { state } } } } }",
  );
  t.match(data.posts.nodes[0].targets, [
    {
      failure: { code: "UNAUTHORIZED", message: /"ada" is gone. Connect the account again/ },
      socialAccount: { state: "NEEDS_RECONNECT" },
    },
  ]);
});

t.test("an interrupted send is found where it arrived, and only there", async (t) => {
  const { atelier, publish } = await open(t);
  await publish("A boat");
  const { id: key } = await atelier.services.db.showcaseEntry.findFirstOrThrow();
  const platform = atelier.services.platforms.get("showcase");
  const account = { remoteId: "ada", handle: "ada", name: "ada", url: null, method: "showcase", details: {} };
  const signal = new AbortController().signal;
  t.match(await platform?.reconcile(platformRequest({ key, account }), signal), {
    kind: "present",
    externalId: key,
  });
  const other = "01900000-0000-7000-8000-000000000000";
  t.match(await platform?.reconcile(platformRequest({ key: other, account }), signal), { kind: "absent" });
});
