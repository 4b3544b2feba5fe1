import t from "tap";
import type { AvatarSize } from "../../../src/auth/avatar/avatar-files.ts";
import { sharp } from "../../../src/infra/sharp.ts";
import { type Atelier, openAtelier, type Person } from "../../support/atelier.ts";
import { canvas } from "../../support/ingest.ts";
import { auditOf, peopleOnly, rowOf, scriptOf } from "../../support/people.ts";
import { form, formType } from "../../support/uploads.ts";

const user = "user { id large: avatarUrl medium: avatarUrl(size: MEDIUM) small: avatarUrl(size: SMALL) }";
const upload = `mutation ($input: UploadAvatarInput!) { uploadAvatar(input: $input) { __typename
  ... on UploadAvatarSuccess { ${user} } ... on ValidationError { issues { path code message } } } }`;
const remove = `mutation { removeAvatar { ... on RemoveAvatarSuccess { ${user} } } }`;

async function send({ app }: Atelier, { token }: Person, bytes: Uint8Array, filename = "me.png") {
  const response = await app.inject({
    ...{ method: "POST", url: "/graphql" },
    headers: {
      ...{ "content-type": formType, "graphql-require-preflight": "1" },
      ...(token !== null && { authorization: `Bearer ${token}` }),
    },
    payload: form([
      { name: "operations", value: JSON.stringify({ query: upload, variables: { input: { file: null } } }) },
      { name: "map", value: JSON.stringify({ file: ["variables.input.file"] }) },
      { name: "file", value: bytes, filename, type: "image/png" },
    ]),
  });
  return { response, body: response.json(), result: response.json().data?.uploadAvatar };
}

const png = (width: number, height: number) => canvas(width, height).png().toBuffer();

async function storedAvatars({ services }: Atelier): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of services.storage.list("avatars/")) keys.push(key);
  return keys.toSorted();
}

t.test("a picture of somebody", async (t) => {
  const atelier = await openAtelier(t);
  const { app, services } = atelier;
  const ada = await atelier.signUp("Ada");
  const pathOf = (url: string) => new URL(url).pathname;
  const sizeAt = async (url: string) => {
    const { width, height, format, exif } = await sharp((await app.inject(pathOf(url))).rawPayload).metadata();
    return { width, height, format, exif };
  };

  t.test("becomes a square in three sizes, at addresses that anybody may open and keep", async (t) => {
    const withPlace = await canvas(900, 600)
      .withExif({ IFD0: { Artist: "Ada at home" } })
      .jpeg()
      .toBuffer();
    const { result } = await send(atelier, ada, withPlace, "me.jpg");
    t.equal(result.__typename, "UploadAvatarSuccess");
    const sizes: [string, AvatarSize][] = [
      ["large", 512],
      ["medium", 256],
      ["small", 96],
    ];
    for (const [name, side] of sizes) {
      const expected = { width: side, height: side, format: "webp", exif: undefined };
      t.same(await sizeAt(result.user[name]), expected, `${name}, without what the file said about home`);
    }
    const answer = await app.inject(pathOf(result.user.large));
    t.match(answer.headers, {
      "content-type": "image/webp",
      "cache-control": "public, max-age=86400, immutable",
      "content-security-policy": "default-src 'none'; sandbox",
      "x-content-type-options": "nosniff",
      "content-disposition": 'inline; filename="avatar-512.webp"',
      "content-length": String(answer.rawPayload.length),
    });
    const again = await app.inject({
      url: pathOf(result.user.large),
      headers: { "if-none-match": String(answer.headers["etag"]) },
    });
    t.same([again.statusCode, again.body], [304, ""]);
    t.match((await auditOf(atelier, ada)).at(-1), { action: "PROFILE_CHANGED", details: { fields: ["avatar"] } });
  });

  t.test("is never enlarged", async (t) => {
    const { result } = await send(atelier, ada, await png(300, 120));
    t.match(await sizeAt(result.user.large), { width: 120, height: 120 });
    t.match(await sizeAt(result.user.small), { width: 96, height: 96 });
  });

  t.test("replaces the one before, whose files go; a file of nobody's goes too", async (t) => {
    const first = (await send(atelier, ada, await png(64, 64))).result.user;
    const second = (await send(atelier, ada, await png(64, 64))).result.user;
    t.not(first.large, second.large, "the same picture again has another address");
    t.equal((await app.inject(pathOf(first.large))).statusCode, 404, "the old one is gone at once");
    await atelier.drain();
    t.equal((await storedAvatars(atelier)).length, 3);
    t.equal((await app.inject(pathOf(second.large))).statusCode, 200);

    const { put } = services.storage;
    t.teardown(() => Object.assign(services.storage, { put }));
    Object.assign(services.storage, {
      put: async (key: string, ...rest: Parameters<typeof put> extends [string, ...infer Rest] ? Rest : never) => {
        await put(key, ...rest);
        if (key.includes(".256.")) throw new Error("the disk is full");
      },
    });
    const { body } = await send(atelier, ada, await png(32, 32));
    Object.assign(services.storage, { put });
    t.match(body.errors, [{ extensions: { code: "INTERNAL" } }]);
    t.equal((await storedAvatars(atelier)).length, 5, "half an upload left its files");
    atelier.clock.advance(10 * 60_000);
    await atelier.drain();
    t.equal((await storedAvatars(atelier)).length, 3, "which are removed, while those in use stay");
  });

  t.test("can be removed, with its files; removing none is fine", async (t) => {
    const again = await atelier.signIn(ada);
    t.match((await again.request(remove)).data.removeAvatar.user, { id: ada.id, large: null, small: null });
    await atelier.drain();
    t.same(await storedAvatars(atelier), []);
    const entries = (await auditOf(atelier, ada)).length;
    t.match((await again.request(remove)).data.removeAvatar.user, { large: null });
    t.equal((await auditOf(atelier, ada)).length, entries);
  });

  t.test("is judged before it is taken", async (t) => {
    const again = await atelier.signIn(ada);
    const whole = await png(400, 400);
    const bomb = await sharp({ create: { width: 8_000, height: 8_000, channels: 3, background: "#000" } })
      .png({ compressionLevel: 9 })
      .toBuffer();
    const refused: readonly [string, Uint8Array, string, RegExp][] = [
      ["an SVG drawing", Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'/>"), "UNSUPPORTED_FORMAT", /SVG drawing/],
      ["a text called .png", Buffer.from("just words"), "NOT_AN_IMAGE", /This is text/],
      ["nothing", Buffer.alloc(0), "EMPTY", /empty/],
      ["10 MB", Buffer.alloc(10_000_000, 1), "TOO_LARGE", /10\.0 MB; at most 5\.0 MB/],
      ["a pixel bomb", bomb, "TOO_MANY_PIXELS", /more than 40 million pixels/],
      ["half a picture", whole.subarray(0, whole.length / 2), "DAMAGED", /damaged or incomplete/],
    ];
    for (const [what, bytes, code, message] of refused) {
      const { result } = await send(atelier, again, bytes);
      t.match(result, { __typename: "ValidationError", issues: [{ path: ["file"], code, message }] }, what);
    }
    t.same(await storedAvatars(atelier), [], "nothing was stored");
  });

  t.test("is not for nobody, and not for scripts", async (t) => {
    const picture = await png(32, 32);
    t.equal((await send(atelier, atelier.nobody, picture)).response.statusCode, 401);
    const script = await scriptOf(atelier, ada);
    t.match((await send(atelier, script, picture)).body.errors, [peopleOnly]);
    t.match((await script.request(remove)).errors, [peopleOnly]);
    t.match((await atelier.nobody.request(remove)).errors, [{ extensions: { code: "UNAUTHENTICATED" } }]);
  });

  t.test("addresses that lead nowhere are all alike", async (t) => {
    const again = await atelier.signIn(ada);
    const { result } = await send(atelier, again, await png(64, 64));
    const path = pathOf(result.user.large);
    const nowhere = [
      path.replace(/512$/, "128"),
      path.replace(/512$/, ""),
      "/avatars/00000000-0000-4000-8000-000000000000/512",
      "/avatars/..%2F..%2Fkeys/512",
    ];
    for (const url of nowhere) t.same([url, (await app.inject(url)).statusCode], [url, 404]);
    await services.storage.delete(`avatars/${path.slice(9, 11)}/${path.split("/")[2]}.512.webp`);
    t.equal((await app.inject(path)).statusCode, 404, "nor does one whose file is lost");
    await services.db.user.update({ where: { id: rowOf(ada) }, data: { avatarId: null } });
    t.equal((await app.inject(path)).statusCode, 404);
  });

  t.test("one at a time is decoded, a few wait, the others are told to come back", async (t) => {
    const people = [await atelier.signIn(ada)];
    for (const name of ["Fay", "Gus", "Hal"]) people.push(await atelier.signUp(name));
    const picture = await png(900, 900);
    // Five of each: the transport takes no more forms of one person at once.
    const sending = people.flatMap((person) => Array.from({ length: 5 }, () => send(atelier, person, picture)));
    const answers = await Promise.all(sending);
    const taken = answers.filter(({ result }) => result?.__typename === "UploadAvatarSuccess");
    const sentAway = answers.filter(({ body }) => body.errors?.[0]?.extensions.code === "OVERLOADED");
    t.equal(taken.length + sentAway.length, answers.length);
    t.ok(taken.length >= 6 && sentAway.length >= 1, `${taken.length} taken, ${sentAway.length} sent away`);
    t.equal(sentAway[0]?.response.headers["retry-after"], "1");
    atelier.clock.advance(10 * 60_000);
    await atelier.drain();
    const withAvatar = await services.db.user.count({ where: { avatarId: { not: null } } });
    t.equal((await storedAvatars(atelier)).length, 3 * withAvatar, "of many at once, one of each person is left");
  });
});
