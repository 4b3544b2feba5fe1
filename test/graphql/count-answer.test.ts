import t from "tap";
import { v7 } from "uuid";
import { encodeGlobalId } from "../../src/graphql/ids.ts";
import { openAtelier } from "../support/atelier.ts";
import { standInPlatform, standInProvider } from "../support/stand-ins.ts";
import * as studio from "../support/studio.ts";

const deep = `query ($first: Int) { posts(first: $first) { nodes { id targets { id caption status socialAccount { id handle } } } } }`;

/** Ten posts, each on as many accounts, where five times a cost of 500 fields may be answered. */
async function open(t: Parameters<typeof openAtelier>[0], accounts: number) {
  const atelier = await openAtelier(t, {
    ...{ providers: standInProvider(), ...standInPlatform(), environment: { MAX_COST: "500" } },
  });
  const ada = await atelier.signUp("Ada");
  const first = await studio.connectGallery(ada, "gallery");
  const known = await atelier.services.db.socialAccount.findFirstOrThrow();
  // Connecting is counted as trying is; these come from the database.
  const others = Array.from({ length: accounts - 1 }, () => v7());
  await atelier.services.db.socialAccount.createMany({
    data: others.map((other) => ({ ...known, details: {}, credentials: null, id: other, remoteId: other })),
  });
  const ids = [first, ...others.map((other) => encodeGlobalId("SocialAccount", other))];
  const targets = ids.map((socialAccountId) => ({ socialAccountId }));
  for (let n = 0; n < 10; n += 1)
    await ada.mutate(studio.operations.create, { caption: `Post ${n}`, images: [], targets });
  return ada;
}

t.test("what lists really hold is counted, and an answer that grows far beyond its cost is ended", async (t) => {
  const ada = await open(t, 45);
  const limits = "{ serverInfo { limits { cost answerFields } } }";
  t.same((await ada.request(limits)).data.serverInfo.limits, { cost: 500, answerFields: 2_500 });
  // 9 × (2 + 45 × 6) = 2,448 fields; the cost is 9 × 4 × 6 and some.
  const { data, errors } = await ada.request(deep, { first: 9 });
  t.equal(errors, undefined);
  t.equal(data.posts.nodes[8].targets.length, 45);
  const refused = await ada.request(deep, { first: 10 });
  t.equal(refused.data.posts, null);
  t.match(refused.errors, [
    {
      ...{
        message:
          /^What there is to tell makes the answer too large \(fields: 2\d{3} and more\); this server allows 2500\./,
      },
      extensions: { code: "LIMIT_EXCEEDED", limit: "answerFields", allowed: 2_500 },
    },
  ]);
  t.equal(refused.errors?.length, 1, "it is said once");
  const [once, twice] = [`a: ${deep.slice(deep.indexOf("posts"), -2)}`, `b: ${deep.slice(deep.indexOf("posts"), -2)}`];
  const both = await ada.request(`query ($first: Int) { ${once} ${twice} }`, { first: 6 });
  t.match(both.errors?.[0]?.extensions, { limit: "answerFields" }, "all lists of an operation count together");
  t.equal((await ada.request(deep, { first: 9 })).errors, undefined, "each operation by itself");
});
