import t from "tap";
import { type Atelier, next, openAtelier, type Person } from "../../support/atelier.ts";
import { follow } from "../../support/follow.ts";
import { settledLog } from "../../support/settled-log.ts";
import { picture, standInProvider } from "../../support/stand-ins.ts";
import * as studio from "../../support/studio.ts";

const { generate, review } = studio.operations;
const document = `subscription ($filter: ImageChangedFilter, $after: Cursor) { imageChanged(filter: $filter, after: $after) {
  cursor at kind deletedId image { id status progress phase reviewState } } }`;

// oxlint-disable-next-line typescript/no-explicit-any -- an event has the shape its query asks for, which only the test knows
type Loose = any;

function watch(atelier: Atelier, person: Person, variables: Record<string, unknown> = {}) {
  const events = follow(atelier.socket(person), { query: document, variables });
  return {
    next: async (): Promise<Loose> => {
      const { data, errors } = await next(events);
      if (errors !== undefined && errors !== null) return { errors };
      return data.imageChanged;
    },
    end: () => events.return(),
    rest: async () => {
      const statuses: string[] = [];
      for await (const { data } of events) statuses.push(data.imageChanged.image.status);
      return statuses;
    },
    isOver: async () => (await events.next()).done === true,
  };
}

t.test("the current state comes first, then every change, in order, to the end", async (t) => {
  let paint = () => undefined as void;
  const painting = new Promise<void>((resolve) => {
    paint = resolve;
  });
  const providers = standInProvider(async ({ onProgress }) => {
    onProgress({ fraction: 0.5, phase: "Painting the sea" });
    await painting;
    return picture;
  });
  const atelier = await openAtelier(t, { providers });
  await atelier.listen();
  const ada = await atelier.signUp("Ada");
  const { images } = await ada.mutate(generate, { prompt: "a boat" });
  const id = images[0].id;
  const events = watch(atelier, ada);
  t.match(await events.next(), { kind: "SNAPSHOT", image: { id, status: "PENDING" }, deletedId: null });
  const drained = atelier.drain();
  const kinds: string[] = [];
  for (;;) {
    const { kind, image } = await events.next();
    kinds.push(kind);
    t.equal(image.id, id);
    if (image.progress === 0.5) {
      t.equal(image.phase, "Painting the sea");
      paint();
    }
    if (image.status === "GENERATED") break;
  }
  await drained;
  t.ok(kinds.includes("PROGRESS"));
  await ada.mutate(review, { imageIds: [id], decision: "APPROVE" });
  let event = await events.next();
  while (event.image.reviewState !== "APPROVED") event = await events.next();
  t.match(event, { kind: "UPDATED" });
});

t.test("with a cursor, what was missed comes once and in order, then it goes on live", async (t) => {
  const atelier = await openAtelier(t, { providers: standInProvider() });
  await atelier.listen();
  const ada = await atelier.signUp("Ada");
  await ada.mutate(generate, { prompt: "first" });
  const before = watch(atelier, ada);
  const { cursor } = await before.next();
  await before.end();
  await atelier.drain();
  const { images } = await ada.mutate(generate, { prompt: "second" });

  const after = watch(atelier, ada, { after: cursor });
  const seen: Loose[] = [];
  while (seen.at(-1)?.kind !== "CREATED" || seen.at(-1).image.id !== images[0].id) seen.push(await after.next());
  t.equal(new Set(seen.map((event) => event.cursor)).size, seen.length, "each once");
  t.notOk(seen.some((event) => event.kind === "SNAPSHOT"));
  const rest = watch(atelier, ada, { after: seen[0].cursor });
  t.equal((await rest.next()).cursor, seen[1].cursor, "any cursor resumes right behind itself");

  await atelier.drain();
  let live = await after.next();
  while (live.image.id !== images[0].id || live.image.status !== "GENERATED") live = await after.next();
  t.pass("and the live ones follow");
});

t.test("only what was asked for, and only one's own", async (t) => {
  const atelier = await openAtelier(t, { providers: standInProvider() });
  await atelier.listen();
  const [ada, bob] = [await atelier.signUp("Ada"), await atelier.signUp("Bob")];
  const { images } = await ada.mutate(generate, { prompt: "a boat", count: 2 });
  const [first, second] = images.map((image: { id: string }) => image.id);
  const one = watch(atelier, ada, { filter: { imageIds: [second] } });
  const theirs = watch(atelier, bob, { filter: { imageIds: [first] } });
  t.match(await one.next(), { kind: "SNAPSHOT", image: { id: second } });
  t.ok(await theirs.isOver(), "of somebody else's image by its id there is nothing to tell");
  const missing = watch(atelier, bob, { filter: { imageIds: [studio.missingId("Image")] } });
  t.ok(await missing.isOver(), "as of none at all");
  await atelier.drain();
  let event = await one.next();
  while (event.image.status !== "GENERATED") {
    t.equal(event.image.id, second);
    event = await one.next();
  }
  const mine = await bob.mutate(generate, { prompt: "Bob's" });
  const nothingOfAda = watch(atelier, bob);
  t.match(await nothingOfAda.next(), { image: { id: mine.images[0].id } });
  const two = watch(atelier, bob, { filter: { imageIds: [first, second] } });
  await ada.mutate(review, { imageIds: [first], decision: "APPROVE" });
  await ada.mutate(review, { imageIds: [second], decision: "APPROVE" });
  const silent = await Promise.race([two.next(), new Promise((resolve) => setTimeout(resolve, 100, "silent"))]);
  t.equal(silent, "silent", "nor does anything that happens to them");
});

t.test("an image that is watched alone completes the stream once it is settled", async (t) => {
  const atelier = await openAtelier(t, { providers: standInProvider() });
  await atelier.listen();
  const ada = await atelier.signUp("Ada");
  const { images } = await ada.mutate(generate, { prompt: "a boat" });
  const filter = { imageIds: [images[0].id] };
  const events = watch(atelier, ada, { filter });
  const seen: Loose[] = [await events.next()];
  await atelier.drain();
  while (seen.at(-1).image.status !== "GENERATED") seen.push(await events.next());
  // An event shows the image as it is when it is delivered: progress may show the end before the event that tells of it.
  const rest = await events.rest();
  t.ok(rest.every((status) => status === "GENERATED"));
  const again = watch(atelier, ada, { filter });
  t.match(await again.next(), { kind: "SNAPSHOT", image: { status: "GENERATED" } });
  t.ok(await again.isOver());
  const missed = watch(atelier, ada, { filter, after: seen[0].cursor });
  t.not((await missed.next()).kind, "SNAPSHOT");
});

t.test("by status: what is in it first, then what comes into it", async (t) => {
  const atelier = await openAtelier(t, { providers: standInProvider() });
  await atelier.listen();
  const ada = await atelier.signUp("Ada");
  const first = await ada.mutate(generate, { prompt: "first" });
  await atelier.drain();
  const second = await ada.mutate(generate, { prompt: "second" });
  await settledLog(atelier.services);
  const finished = watch(atelier, ada, { filter: { statuses: ["GENERATED"] } });
  t.match(await finished.next(), { kind: "SNAPSHOT", image: { id: first.images[0].id, status: "GENERATED" } });
  await atelier.drain();
  t.match(await finished.next(), { kind: "UPDATED", image: { id: second.images[0].id, status: "GENERATED" } });
});

t.test("what cannot be watched is refused", async (t) => {
  const atelier = await openAtelier(t, { providers: standInProvider() });
  await atelier.listen();
  const [ada, bob] = [await atelier.signUp("Ada"), await atelier.signUp("Bob")];
  const workspaceId = await studio.personalWorkspace(bob);
  const cases: [Record<string, unknown>, string, RegExp][] = [
    [{ filter: { workspaceId } }, "NOT_FOUND", /no such workspace/],
    [{ filter: { imageIds: ["nonsense"] } }, "VALIDATION_FAILED", /no id at all/],
    [{ filter: { imageIds: Array(101).fill(studio.missingId("Image")) } }, "BAD_USER_INPUT", /names 101; at most 100/],
    [{ after: "nonsense" }, "BAD_USER_INPUT", /not a cursor/],
  ];
  for (const [variables, code, message] of cases) {
    const answer = await watch(atelier, ada, variables).next();
    t.match(answer.errors, [{ message, extensions: { code } }]);
  }
  const { images } = await ada.mutate(generate, { prompt: "a boat" });
  const { cursor } = await watch(atelier, ada).next();
  atelier.clock.advance(25 * 3_600_000);
  const answer = await watch(atelier, await atelier.signIn(ada), { after: cursor }).next();
  t.match(answer.errors, [{ extensions: { code: "RESYNC_REQUIRED" } }]);
  t.ok(images[0].id);
});
