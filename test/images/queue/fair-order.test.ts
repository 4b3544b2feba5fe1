import { randomUUID } from "node:crypto";
import fc from "fast-check";
import t from "tap";
import { claimImage } from "../../../src/images/claim-image.ts";
import { openAtelier, type Person } from "../../support/atelier.ts";
import { standInProvider } from "../../support/stand-ins.ts";
import { operations, personalWorkspace, rowIdOf } from "../../support/studio.ts";

const positions = "{ images(first: 100) { nodes { id status queuePosition } } }";

/** People with a workspace each, and a provider that one may ask many things at once. */
async function openStreet(t: Parameters<typeof openAtelier>[0], names: readonly string[], concurrency = 1_000) {
  const atelier = await openAtelier(t, { providers: standInProvider(undefined, { price: 0, concurrency }) });
  const people: Person[] = [];
  for (const name of names) people.push(await atelier.signUp(name));
  const workspaces = await Promise.all(people.map(async (person) => rowIdOf(await personalWorkspace(person))));
  const { services } = atelier;
  return {
    ...{ atelier, people, workspaces },
    ask: async (person: Person, count = 1): Promise<string[]> => {
      const { images } = await person.mutate(operations.generate, { prompt: "a boat", count });
      return images.map(({ id }: { id: string }) => rowIdOf(id));
    },
    /** One more worker comes, by the wake-up of some picture that may long be made. */
    claim: async (nudge: string) => claimImage(services, nudge),
    clear: async () => {
      await services.db.image.deleteMany();
      await services.db.$executeRaw`delete from graphile_worker._private_jobs`;
    },
  };
}

t.test("one picture does not wait behind somebody's hundred", async (t) => {
  const { people, workspaces, ask, claim } = await openStreet(t, ["Ada", "Bob", "Cy"]);
  const [ada, bob, cy] = people;
  if (ada === undefined || bob === undefined || cy === undefined) throw new Error("somebody is missing");
  for (let round = 0; round < 10; round += 1) await ask(ada, 10);
  const [nudge = ""] = await ask(bob);
  await ask(cy, 2);
  const order: number[] = [];
  for (let taken = 0; taken < 6; taken += 1) order.push(workspaces.indexOf((await claim(nudge))?.workspaceId ?? ""));
  t.same(order, [0, 1, 2, 0, 2, 0]);
});

t.test(
  "somebody who had their turn just now comes after somebody who waited, however old their request is",
  async (t) => {
    const { people, workspaces, ask, claim } = await openStreet(t, ["Ada", "Bob"]);
    const [ada, bob] = people;
    if (ada === undefined || bob === undefined) throw new Error("somebody is missing");
    const [nudge = ""] = await ask(ada, 2);
    await claim(nudge);
    await ask(bob);
    t.equal((await claim(nudge))?.workspaceId, workspaces[1]);
  },
);

t.test("in any queue, nobody gets a second picture before everybody who waits has one", async (t) => {
  const { people, workspaces, ask, claim, clear } = await openStreet(t, ["Ada", "Bob", "Cy", "Di"]);
  const asking = fc.record({ who: fc.nat(3), count: fc.integer({ min: 1, max: 4 }) });
  const street = fc.array(fc.oneof({ arbitrary: asking, weight: 1 }, { arbitrary: fc.constant(null), weight: 2 }), {
    minLength: 4,
    maxLength: 14,
  });
  await fc.assert(
    fc.asyncProperty(street, async (steps) => {
      await clear();
      /** Of each workspace: whether somebody else's turns came since it began to wait or had its own. */
      const servedSince = new Map<string, Set<string>>();
      const waiting = new Map<string, number>(workspaces.map((id) => [id, 0]));
      let nudge = "";
      for (const step of steps) {
        if (step !== null) {
          const person = people[step.who];
          const workspace = workspaces[step.who] ?? "";
          if (person === undefined) continue;
          [nudge = ""] = await ask(person, step.count);
          if (waiting.get(workspace) === 0) servedSince.set(workspace, new Set());
          waiting.set(workspace, (waiting.get(workspace) ?? 0) + step.count);
          continue;
        }
        const claimed = nudge === "" ? null : await claim(nudge);
        const all = [...waiting.values()].reduce((sum, count) => sum + count, 0);
        t.equal(claimed === null, all === 0, "a place is never left empty");
        if (claimed === null) continue;
        const turn = claimed.workspaceId;
        for (const [workspace, count] of waiting) {
          if (workspace === turn || count === 0) continue;
          const served = servedSince.get(workspace);
          t.notOk(served?.has(turn), "a second picture while somebody waits without one");
          served?.add(turn);
        }
        waiting.set(turn, (waiting.get(turn) ?? 0) - 1);
        servedSince.set(turn, new Set());
      }
    }),
    { numRuns: 25 },
  );
});

t.test("the position that is shown is the order in which pictures are taken", async (t) => {
  const { people, ask, claim, clear } = await openStreet(t, ["Ada", "Bob", "Cy", "Di"]);
  const asking = fc.record({ who: fc.nat(3), count: fc.integer({ min: 1, max: 3 }) });
  const street = fc.tuple(
    fc.array(asking, { maxLength: 4 }),
    fc.nat(4),
    fc.array(asking, { minLength: 1, maxLength: 4 }),
  );
  await fc.assert(
    fc.asyncProperty(street, async ([before, taken, after]) => {
      await clear();
      let nudge = "";
      const askAll = async (askings: typeof after) => {
        for (const { who, count } of askings)
          if (people[who] !== undefined) [nudge = ""] = await ask(people[who], count);
      };
      await askAll(before);
      for (let turn = 0; before.length > 0 && turn < taken; turn += 1) await claim(nudge);
      await askAll(after);
      const shown = new Map<number, string>();
      for (const person of people) {
        for (const image of (await person.request(positions)).data.images.nodes) {
          if (image.status === "PENDING") shown.set(image.queuePosition, rowIdOf(image.id));
          else t.equal(image.queuePosition, null, "what is being made does not wait");
        }
      }
      t.same(
        [...shown.keys()].toSorted((a, b) => a - b),
        Array.from(shown, (_, index) => index + 1),
      );
      for (let position = 1; position <= shown.size; position += 1) {
        t.equal((await claim(nudge))?.id, shown.get(position));
      }
    }),
    { numRuns: 15 },
  );
});

t.test("positions and reasons of a whole page are one statement, beside the page's own", async (t) => {
  const { atelier, people, ask } = await openStreet(t, ["Ada"]);
  const [ada] = people;
  if (ada === undefined) throw new Error("nobody is there");
  await ask(ada, 10);
  await ask(ada, 10);
  atelier.statements.clear();
  const { data } = await ada.request("{ images(first: 20) { nodes { id queuePosition waitingReason } } }");
  t.equal(data.images.nodes.length, 20);
  t.equal(atelier.statements.all().length, 2, atelier.statements.all().join("\n"));
  await atelier.drain();
  atelier.statements.clear();
  t.match((await ada.request(positions)).data.images.nodes[0], { status: "GENERATED", queuePosition: null });
  t.equal(atelier.statements.all().length, 1, "and none where nothing waits");
});

t.test("uploads are in nobody's way: they have no position", async (t) => {
  const { atelier, people, workspaces, ask } = await openStreet(t, ["Ada"]);
  const [ada] = people;
  const [workspaceId = ""] = workspaces;
  if (ada === undefined) throw new Error("nobody is there");
  const upload = { workspaceId, origin: "UPLOADED", batchId: randomUUID(), progressKind: "MEASURED" } as const;
  await atelier.services.db.image.create({ data: { ...upload, prompt: "", promptSent: "" } });
  await ask(ada);
  const { data } = await ada.request("{ images { nodes { origin queuePosition waitingReason } } }");
  t.same(
    data.images.nodes.toSorted((a: { origin: string }, b: { origin: string }) => a.origin.localeCompare(b.origin)),
    [
      { origin: "GENERATED", queuePosition: 1, waitingReason: null },
      { origin: "UPLOADED", queuePosition: null, waitingReason: null },
    ],
  );
});
