import t from "tap";
import { type Answer, joinWorkspace, openAtelier, type Person } from "../../support/atelier.ts";
import { auditOf, peopleOnly, scriptOf } from "../../support/people.ts";

const all = "displayName bio locale timeZone links { label url } email emailVerified";
const update = `mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { __typename
  ... on UpdateProfileSuccess { user { ${all} } } ... on ValidationError { issues { path code message } } } }`;

t.test("what people say about themselves", async (t) => {
  const atelier = await openAtelier(t);
  const ada = await atelier.signUp("Ada");
  const me = async (person: Person) => (await person.request(`{ me { ${all} } }`)).data.me;

  t.test("everything is changed at once, in its canonical form", async (t) => {
    const answer = await ada.mutate(update, {
      displayName: "  Ada Lovelace ",
      bio: "Draws with numbers.",
      locale: "EN-gb",
      timeZone: "europe/london",
      links: [{ label: "Mastodon", url: "https://Example.social/@ada" }],
    });
    const changed = {
      ...{ displayName: "Ada Lovelace", bio: "Draws with numbers.", locale: "en-GB", timeZone: "Europe/London" },
      ...{ links: [{ label: "Mastodon", url: "https://example.social/@ada" }] },
      ...{ email: "ada@example.org", emailVerified: false },
    };
    t.same(answer, { __typename: "UpdateProfileSuccess", user: changed });
    t.same(await me(ada), changed);
    t.match((await auditOf(atelier, ada)).at(-1), {
      action: "PROFILE_CHANGED",
      details: { fields: ["displayName", "bio", "locale", "timeZone", "links"] },
    });
  });

  t.test("what is absent or null stays; nothing to change writes nothing", async (t) => {
    const before = await me(ada);
    t.same((await ada.mutate(update, { bio: "" })).user, { ...before, bio: "" });
    const entries = (await auditOf(atelier, ada)).length;
    const nothing = { displayName: null, bio: null, locale: null, timeZone: null, links: null };
    t.same((await ada.mutate(update, nothing)).user, { ...before, bio: "" });
    t.same((await ada.mutate(update, {})).user, { ...before, bio: "" });
    t.equal((await auditOf(atelier, ada)).length, entries);
    t.same((await ada.mutate(update, { links: [] })).user.links, []);
  });

  t.test("lengths are counted as people count them", async (t) => {
    t.equal((await ada.mutate(update, { displayName: "🦉".repeat(80) })).user.displayName, "🦉".repeat(80));
    t.equal((await ada.mutate(update, { bio: "🦉".repeat(1_000) })).user.bio, "🦉".repeat(1_000));
    t.match(await ada.mutate(update, { displayName: "🦉".repeat(81), bio: "🦉".repeat(1_001) }), {
      issues: [
        { path: ["displayName"], code: "TOO_LONG", message: "The display name is longer than 80 characters." },
        { path: ["bio"], code: "TOO_LONG", message: "The text about you is longer than 1,000 characters." },
      ],
    });
  });

  t.test("every fault is told with its path, and nothing is changed", async (t) => {
    const before = await me(ada);
    const answer = await ada.mutate(update, {
      displayName: " ",
      locale: "klingon!",
      timeZone: "Mars/Olympus",
      links: [
        { label: "", url: "http://example.org" },
        { label: "x".repeat(41), url: "javascript:alert(1)" },
        { label: "a", url: "https://ada:secret@example.org" },
        { label: "b", url: "not a link" },
        { label: "c", url: `https://example.org/${"x".repeat(2_000)}` },
        { label: "d\ne", url: "https://example.org" },
      ],
    });
    t.same(
      answer.issues.map(({ path, code }: { path: string[]; code: string }) => `${path.join(".")} ${code}`),
      [
        ...["displayName EMPTY", "locale UNKNOWN_LOCALE", "timeZone UNKNOWN_TIME_ZONE"],
        ...["links.0.label EMPTY", "links.0.url NOT_HTTPS", "links.1.label TOO_LONG", "links.1.url NOT_HTTPS"],
        ...["links.2.url HAS_CREDENTIALS", "links.3.url INVALID", "links.4.url TOO_LONG"],
        "links.5.label CONTROL_CHARACTER",
      ],
    );
    t.notMatch(JSON.stringify(answer), "secret");
    t.match(await ada.mutate(update, { displayName: "Ada\n\nYour account was hacked" }), {
      issues: [{ path: ["displayName"], code: "CONTROL_CHARACTER" }],
    });
    const links = Array.from({ length: 11 }, () => ({ label: "a", url: "https://example.org" }));
    t.match((await ada.mutate(update, { links })).issues, [{ path: ["links"], code: "TOO_MANY" }]);
    t.same(await me(ada), before);
  });

  t.test("nobody and API tokens cannot", async (t) => {
    const ask = (person: Person): Promise<Answer> => person.request(update, { input: { bio: "hacked" } });
    t.match((await ask(atelier.nobody)).errors, [{ extensions: { code: "UNAUTHENTICATED" } }]);
    t.match((await ask(await scriptOf(atelier, ada))).errors, [peopleOnly]);
    t.not((await me(ada)).bio, "hacked");
  });

  t.test("fellow members see what is for them, strangers nothing", async (t) => {
    const bob = await atelier.signUp("Bob");
    await bob.mutate(update, { bio: "Bob's", locale: "de", links: [{ label: "Site", url: "https://bob.example" }] });
    const query = `query ($id: ID!) { node(id: $id) { ... on User { ${all} createdAt } } }`;
    const seen = async () => (await ada.request(query, { id: bob.id })).data.node;
    t.equal(await seen(), null);
    await joinWorkspace(atelier, ada, bob, "VIEWER");
    atelier.statements.clear();
    t.match(await seen(), {
      ...{ displayName: "Bob", bio: "Bob's", links: [{ label: "Site", url: "https://bob.example/" }] },
      ...{ email: null, emailVerified: null, locale: null, timeZone: null },
    });
    t.equal(atelier.statements.all().length, 1, "in one statement");
    t.match((await bob.request(query, { id: ada.id })).data.node, { email: null, timeZone: null });
    t.match((await atelier.nobody.request(query, { id: bob.id })).errors, [
      { extensions: { code: "UNAUTHENTICATED" } },
    ]);
  });
});
