import t from "tap";
import { type Issue, type Limits, limits, openLimitsDesk, schedule, validate } from "../support/post-limits.ts";
import * as studio from "../support/studio.ts";

t.test(
  "what each platform would refuse is told by validating and by scheduling, with path, code and numbers",
  async (t) => {
    const { atelier, db, imageIds, account, judge } = await openLimitsDesk(t, 11);
    const [first = ""] = imageIds;
    for (const [name, row] of Object.entries(limits)) {
      if (!atelier.services.platforms.has(name)) continue;
      const { label, caption, captionMax, unit = "characters", fewest = 1 } = row;
      const socialAccountId = await account(name, row);
      const fine = { caption: "A boat.", images: [{ imageId: first }], targets: [{ socialAccountId }] };
      const issuesOf = (change: Readonly<Record<string, unknown>>, why: string) =>
        judge(t, { ...fine, ...change }, `${label}, ${why}`);
      const pictures = (count: number) => imageIds.slice(0, count).map((imageId) => ({ imageId }));

      t.same(await issuesOf({}, "a post that fits"), []);
      t.same(await issuesOf({ caption }, "the longest caption"), []);
      t.same(await issuesOf({ caption: `${caption}x` }, "one unit too long"), [
        {
          ...{ path: ["targets", "0", "caption"], code: "TOO_LONG" },
          message: `The caption has ${captionMax + 1} ${unit}; ${label} takes at most ${captionMax}.`,
        },
      ]);
      const own = { targets: [{ socialAccountId, caption: `${caption}x` }] };
      t.match(await issuesOf(own, "an own caption"), [{ path: ["targets", "0", "caption"], code: "TOO_LONG" }]);
      t.same(await issuesOf({ images: pictures(row.images) }, "as many pictures as it takes"), []);
      const count = (found: number, code: string): Issue => ({
        ...{
          path: ["images"],
          code,
          message: `The post has ${found} pictures; ${label} takes ${fewest} to ${row.images}.`,
        },
      });
      t.same(await issuesOf({ images: pictures(row.images + 1) }, "a picture too many"), [
        count(row.images + 1, "TOO_MANY"),
      ]);
      t.same(await issuesOf({ images: [] }, "no picture"), fewest > 0 ? [count(0, "TOO_FEW")] : []);
      const alt = (length: number) => ({ images: [{ imageId: first, altText: "é".repeat(length) }] });
      t.same(await issuesOf(alt(row.alt), "the longest alt text"), []);
      const tooLong = {
        ...{ path: ["images", "0", "altText"], code: "TOO_LONG" },
        message: `The alt text has ${row.alt + 1} characters; ${label} takes at most ${row.alt}.`,
      };
      t.same(await issuesOf(alt(row.alt + 1), "an alt text too long"), row.alt > 0 ? [tooLong] : []);
      for (const state of ["NEEDS_RECONNECT", "DISCONNECTED", "PAUSED"] as const) {
        await db.socialAccount.update({ where: { id: studio.rowIdOf(socialAccountId) }, data: { state } });
        t.match(await issuesOf({}, state), [
          {
            path: ["targets", "0"],
            code: "ACCOUNT_NOT_USABLE",
            message: new RegExp(
              `ada on ${label} is ${state}\\. ${state === "PAUSED" ? "Resume it" : "Connect it again"} or take it out`,
            ),
          },
        ]);
      }
    }
  },
);

t.test("a picture outside Instagram's ratios is refused until cropping or padding is chosen", async (t) => {
  const { db, imageIds, account, judge } = await openLimitsDesk(t);
  const [imageId = ""] = imageIds;
  const socialAccountId = await account("instagram", limits["instagram"] as Limits);
  const shape = (width: number, height: number) =>
    db.image.update({ where: { id: studio.rowIdOf(imageId) }, data: { width, height } });
  const content = (fit?: "CROP" | "PAD") => ({
    ...{ caption: "A boat.", images: [{ imageId }], targets: [{ socialAccountId, ...(fit && { fit }) }] },
  });
  for (const [width, height] of [
    [1_910, 1_000],
    [800, 1_000],
  ] as const) {
    await shape(width, height);
    t.same(await judge(t, content(), `${width} to ${height}`), []);
  }
  for (const [width, height] of [
    [1_930, 1_000],
    [790, 1_000],
  ] as const) {
    await shape(width, height);
    t.match(await judge(t, content(), `${width} to ${height}`), [
      { path: ["images", "0"], code: "RATIO", message: /Instagram takes 0\.80 to 1\.91.*CROP or PAD/ },
    ]);
    t.same(await judge(t, content("CROP"), "cropped"), []);
    t.same(await judge(t, content("PAD"), "padded"), []);
  }
});

t.test("what cannot be scheduled wherever it goes: pictures without approval, and what is not yours", async (t) => {
  const { atelier, ada, imageIds, account } = await openLimitsDesk(t);
  const bob = await atelier.signUp("Bob");
  const bobs = studio.rowIdOf(await studio.personalWorkspace(bob));
  const [unreviewed = ""] = await studio.makeImages(atelier, ada);
  for (const [name, row] of Object.entries(limits)) {
    const socialAccountId = await account(name, row);
    const foreign = await account(name, row, bobs);
    const content = { caption: "A boat.", images: [{ imageId: imageIds[0] }, { imageId: unreviewed }] };
    const mine = { ...content, targets: [{ socialAccountId }] };
    const { data } = await ada.request(validate, { input: { content: mine } });
    t.match(data.validatePost.issues, [{ path: ["images", "1"], code: "IMAGE_NOT_APPROVED", message: /reviewImages/ }]);
    const { post: draft } = await ada.mutate(studio.operations.create, mine);
    const at = new Date(atelier.clock.now().getTime() + 3_600_000).toISOString();
    t.match(await ada.mutate(schedule, { postId: draft.id, schedule: { at } }), {
      ...{ __typename: "ImageNotApprovedError", imageIds: [unreviewed] },
    });
    for (const stranger of [foreign, studio.missingId("SocialAccount")]) {
      const theirs = { ...content, targets: [{ socialAccountId: stranger }] };
      t.match(await ada.request(validate, { input: { content: theirs } }), {
        errors: [
          {
            message: "There is no such social account, or you cannot see it.",
            extensions: {
              code: "NOT_FOUND",
              issues: [{ path: ["targets", "0", "socialAccountId"], code: "NOT_FOUND" }],
            },
          },
        ],
      });
      t.match(await ada.mutate(studio.operations.create, theirs), { __typename: "NotFoundError" });
    }
  }
  const mine = await account("mastodon", limits["mastodon"] as Limits);
  const strange = await account("bluesky", limits["bluesky"] as Limits, bobs);
  const named = studio.operations.create.replace("... on Error", "... on NotFoundError { path } $&");
  const pathOf = async (change: object) =>
    (
      await ada.mutate(named, {
        ...{ caption: "A boat.", images: [{ imageId: imageIds[0] }], targets: [{ socialAccountId: mine }], ...change },
      })
    ).path;
  t.same(await pathOf({ targets: [{ socialAccountId: mine }, { socialAccountId: strange }] }), [
    ...["targets", "1", "socialAccountId"],
  ]);
  t.same(await pathOf({ images: [{ imageId: imageIds[0] }, { imageId: studio.missingId("Image") }] }), [
    ...["images", "1", "imageId"],
  ]);
  t.same(await pathOf({ images: [{ generate: { prompt: "a boat", styleId: studio.missingId("Style") } }] }), [
    ...["images", "0", "generate", "styleId"],
  ]);
  t.equal(await pathOf({ workspaceId: studio.missingId("Workspace") }), null, "there is no doubt which workspace");
});

t.test("options: unknown ones, those of another platform, and values that do not fit", async (t) => {
  const { ada, imageIds, account, judge } = await openLimitsDesk(t);
  const [imageId] = imageIds;
  const of = async (name: string) => account(name, limits[name] as Limits);
  const ids = { bluesky: await of("bluesky"), mastodon: await of("mastodon"), instagram: await of("instagram") };
  const content = (socialAccountId: string, options: unknown, caption = "A boat.") => ({
    ...{ caption, images: [{ imageId }], targets: [{ socialAccountId, options }] },
  });
  const refused = await ada.request(validate, {
    input: { content: content(ids.mastodon, { mastodon: { loudness: "11" } }) },
  });
  t.match(refused.errors, [{ extensions: { code: "BAD_USER_INPUT" }, message: /loudness.*MastodonOptionsInput/ }]);
  const elsewhere = await ada.mutate(studio.operations.create, content(ids.bluesky, { mastodon: { sensitive: true } }));
  t.match(elsewhere.issues, [
    {
      ...{ path: ["targets", "0", "options", "mastodon"], code: "WRONG_PLATFORM" },
      message: /The options are Mastodon's, but the account is on Bluesky/,
    },
  ]);
  const cases = [
    {
      id: ids.bluesky,
      name: "bluesky",
      options: { languages: ["a", "b", "c", "d"] },
      option: "languages",
      says: /3 texts/,
    },
    { id: ids.mastodon, name: "mastodon", options: { language: "much-too-long" }, option: "language", says: /8 char/ },
    {
      id: ids.instagram,
      name: "instagram",
      options: { collaborators: ["x".repeat(31)] },
      option: "collaborators",
      says: /30/,
    },
  ];
  for (const { id, name, options, option, says } of cases) {
    t.match(await judge(t, content(id, { [name]: options }), option), [
      { path: ["targets", "0", "options", name, option], code: "INVALID", message: says },
    ]);
  }
  // Mastodon counts the text and what stands in its place together.
  const spoiler = (length: number) =>
    content(ids.mastodon, { mastodon: { spoilerText: "s".repeat(length) } }, "x".repeat(480));
  t.same(await judge(t, spoiler(20), "a spoiler text that fits"), []);
  t.match(await judge(t, spoiler(21), "one too long with the caption"), [
    { path: ["targets", "0", "caption"], code: "TOO_LONG", message: /501 characters.*at most 500/ },
  ]);
});

t.test("what only some platforms count: bytes, hashtags, mentions", async (t) => {
  const { imageIds, account, judge } = await openLimitsDesk(t);
  const [imageId] = imageIds;
  const of = async (name: string, caption: string) => {
    const socialAccountId = await account(name, limits[name] as Limits);
    return judge(
      t,
      { caption, images: [{ imageId }], targets: [{ socialAccountId }] },
      `${name}: ${caption.slice(0, 20)}`,
    );
  };
  const path = ["targets", "0", "caption"];
  t.same(await of("bluesky", "👨‍👩‍👧".repeat(166)), []);
  t.match(await of("bluesky", "👨‍👩‍👧".repeat(167)), [{ path, code: "TOO_MANY_BYTES", message: /3006 bytes.*3000/ }]);
  const words = (sign: string, count: number) => Array.from({ length: count }, (_, n) => `${sign}w${n}`).join(" ");
  t.same(await of("instagram", `${words("#", 30)} ${words("@", 20)}`), []);
  t.match(await of("instagram", words("#", 31)), [
    { path, code: "TOO_MANY_HASHTAGS", message: /31.*at most 30.*Take 1 out/ },
  ]);
  t.match(await of("instagram", words("@", 21)), [{ path, code: "TOO_MANY_MENTIONS", message: /21.*at most 20/ }]);
});

for (const PUBLIC_URL of ["http://localhost:4000", "http://atelier.example.org", "https://192.168.1.20"]) {
  t.test(`from ${PUBLIC_URL} Instagram could fetch nothing, which is said before anything is sent`, async (t) => {
    const { imageIds, account, judge } = await openLimitsDesk(t, 1, { PUBLIC_URL });
    const [imageId] = imageIds;
    const instagram = await account("instagram", limits["instagram"] as Limits);
    const facebook = await account("facebook", limits["facebook"] as Limits);
    const targets = [{ socialAccountId: facebook }, { socialAccountId: instagram }];
    const issues = await judge(t, { caption: "A boat.", images: [{ imageId }], targets }, PUBLIC_URL);
    t.match(issues, [{ path: ["targets", "1"], code: "PUBLIC_URL_UNREACHABLE" }], "Facebook is sent the pictures");
    t.ok(issues[0]?.message.includes(`PUBLIC_URL (${PUBLIC_URL})`));
    t.match(issues[0]?.message, /Set PUBLIC_URL to an https address/);
  });
}
