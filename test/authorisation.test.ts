/** Everybody asks for everything, everywhere: see support/authorisation/matrix.ts. */
import { getNamedType, isObjectType, isUnionType } from "graphql";
import t, { type Test } from "tap";
import { schema } from "../src/schema.ts";
import { type Answer, next } from "./support/atelier.ts";
import { type Actor, type Stage, setStage } from "./support/authorisation/cast.ts";
import { type Entry, namedScope, outcomeOf } from "./support/authorisation/entry.ts";
import { mutations, queries, subscriptions } from "./support/authorisation/matrix.ts";
import { edges, nodes } from "./support/authorisation/nodes.ts";
import { canvas } from "./support/ingest.ts";
import { form, formType } from "./support/uploads.ts";

const objects = Object.values(schema.getTypeMap()).filter(isObjectType);
const nodeTypes = objects
  .filter((type) => type.getInterfaces().some(({ name }) => name === "Node"))
  .map(({ name }) => name);

/** Types whose fields are reached through a list, a mutation's answer or an event, which have entries of their own. */
const wrapped = /(Connection|Edge|Success|Event)$/;

const leadsToNode = (typename: string) => nodeTypes.includes(typename.replace(/Connection$/, ""));

// Everybody asks for everything: two minutes, and more on a busy machine.
t.setTimeout(900_000);

t.test("every field, every type with an id and every way between them has an entry", async (t) => {
  const roots = [
    ["Query", schema.getQueryType(), queries],
    ["Mutation", schema.getMutationType(), mutations],
    ["Subscription", schema.getSubscriptionType(), subscriptions],
  ] as const;
  for (const [name, type, table] of roots) {
    t.same(Object.keys(table).toSorted(), Object.keys(type?.getFields() ?? {}).toSorted(), name);
  }
  t.same(Object.keys(nodes).toSorted(), nodeTypes.toSorted());
  const rootNames = roots.map(([name]) => name as string);
  const ways = objects
    .filter(({ name }) => !rootNames.includes(name) && !wrapped.test(name))
    .flatMap((type) => Object.values(type.getFields()).map((field) => ({ type, field })))
    .filter(({ field }) => leadsToNode(getNamedType(field.type).name))
    .map(({ type, field }) => `${type.name}.${field.name}`);
  t.same(Object.keys(edges).toSorted(), ways.toSorted());
});

t.test("a mutation that takes a permission tells a refusal as a result", async (t) => {
  const fields = schema.getMutationType()?.getFields() ?? {};
  for (const [name, { permission }] of Object.entries(mutations)) {
    const field = fields[name];
    const result = field === undefined ? undefined : getNamedType(field.type);
    if (permission === null || !isUnionType(result)) continue;
    t.ok(
      result.getTypes().some((member) => member.name === "ForbiddenError"),
      name,
    );
  }
});

t.test("the matrix", async (t) => {
  const stage = await setStage(t);
  await stage.atelier.listen();
  const readings = { ...queries, ...prefixed("node", nodes), ...prefixed("edge", edges) };
  for (const [name, entry] of Object.entries(readings)) {
    t.test(name, (t) => walk(t, stage, entry, ask));
  }
  for (const [name, entry] of Object.entries(mutations)) {
    t.test(name, (t) => walk(t, stage, entry, entry.file === true ? actByForm : act));
  }
  for (const [name, entry] of Object.entries(subscriptions)) {
    t.test(name, (t) => walk(t, stage, entry, watch));
  }
});

type Request = [stage: Stage, actor: Actor, query: string, variables: Readonly<Record<string, unknown>>];
type Ask = (...request: Request) => Promise<Asked>;
type Asked = ReturnType<typeof outcomeOf> & { readonly wrote?: boolean };

/** Asks one entry by everybody, everywhere, and lists every surprise. */
async function walk(t: Test, stage: Stage, entry: Entry, run: Ask): Promise<void> {
  const surprises: string[] = [];
  const places = entry.everywhere ? stage.places : stage.places.slice(0, 1);
  let asked = 0;
  for (const place of places) {
    for (const actor of stage.actors) {
      const expected = entry.expected(actor, place);
      const found = await run(stage, actor, entry.query, await entry.ask(place, actor));
      const { message, wrote } = found;
      const outcome = entry.passes?.includes(found.outcome) === true ? "allowed" : found.outcome;
      if (outcome === "allowed" && entry.endsSessions === true) await stage.renew();
      asked += 1;
      const who = `${actor.name}, ${place.name}`;
      if (outcome !== expected) surprises.push(`${who}: ${outcome} instead of ${expected} (${message})`);
      const scope = namedScope(entry, actor);
      if (outcome === "forbidden" && scope !== null && !message.includes(scope)) {
        surprises.push(`${who}: the refusal does not name ${scope} (${message})`);
      }
      if (outcome !== "allowed" && wrote === true) surprises.push(`${who}: was refused, and something was written`);
    }
  }
  t.same(surprises, []);
  t.ok(asked >= stage.actors.length);
}

const ask: Ask = async (_stage, { person }, query, variables) => outcomeOf(await person.request(query, variables));

/** Sends a request that may change something, and sees whether it did. */
const acting =
  (send: (...request: Request) => Promise<Answer>): Ask =>
  async (stage, ...request) => {
    const { atelier, restore } = stage;
    const before = await rows(atelier.services.db);
    const found = outcomeOf(await send(stage, ...request));
    const wrote = (await rows(atelier.services.db)) !== before;
    if (found.outcome === "allowed") await restore();
    return { ...found, wrote };
  };

const act = acting((_stage, { person }, query, variables) => person.request(query, variables));

const actByForm = acting(async ({ atelier: { app } }, { person: { token } }, query, variables) => {
  const place = variables["input"] instanceof Object && "files" in variables["input"] ? "files.0" : "file";
  const response = await app.inject({
    ...{ method: "POST", url: "/graphql" },
    headers: {
      ...{ "content-type": formType, "graphql-require-preflight": "1" },
      ...(token !== null && { authorization: `Bearer ${token}` }),
    },
    payload: form([
      { name: "operations", value: JSON.stringify({ query, variables }) },
      { name: "map", value: JSON.stringify({ file: [`variables.input.${place}`] }) },
      { name: "file", value: await canvas(64, 64).png().toBuffer(), filename: "me.png", type: "image/png" },
    ]),
  });
  return response.json();
});

const watch: Ask = async ({ atelier }, { person }, query, variables) => {
  const socket = atelier.socket(person);
  const events = socket.iterate({ query, variables });
  try {
    const answer = await next(events);
    return outcomeOf({ data: answer.data, errors: answer.errors as never });
  } catch (error) {
    // A socket without credentials is closed before it can ask.
    if (error instanceof Object && "code" in error && error.code === 4401)
      return { outcome: "unauthenticated", message: "" };
    throw error;
  } finally {
    await events.return?.();
    await socket.dispose();
  }
};

const prefixed = (prefix: string, table: Readonly<Record<string, Entry>>) =>
  Object.fromEntries(Object.entries(table).map(([name, entry]) => [`${prefix} ${name}`, entry]));

/** How much is written down in all, by every table that a mutation writes to. */
async function rows(db: Stage["atelier"]["services"]["db"]): Promise<string> {
  const [found] = await db.$queryRaw<{ rows: bigint }[]>`
    select (select count(*) from event) + (select count(*) from audit_entry) + (select count(*) from image)
      + (select count(*) from post) + (select count(*) from social_account) + (select count(*) from workspace)
      + (select count(*) from invitation) + (select count(*) from api_token where revoked_at is null)
      + (select count(*) from member) + (select count(*) from "user") as rows`;
  return String(found?.rows);
}
