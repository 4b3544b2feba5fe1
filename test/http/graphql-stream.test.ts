import { Writable } from "node:stream";
import { pino } from "pino";
import t from "tap";
import { EventSource } from "undici";
import { openAtelier, type Person } from "../support/atelier.ts";
import { readEvents, streamUrl } from "../support/event-source.ts";
import { settledLog } from "../support/settled-log.ts";
import { standInProvider } from "../support/stand-ins.ts";
import * as studio from "../support/studio.ts";

const { generate } = studio.operations;
const watch = `subscription ($filter: ImageChangedFilter, $after: Cursor) { imageChanged(filter: $filter, after: $after) {
  cursor kind image { id status reviewState } } }`;
const makeTicket = "mutation { createStreamTicket { ... on CreateStreamTicketSuccess { ticket expiresAt } } }";

async function ticketOf(person: Person): Promise<string> {
  return (await person.request(makeTicket)).data.createStreamTicket.ticket;
}

t.test("an event stream tells what a websocket tells", async (t) => {
  const atelier = await openAtelier(t, { providers: standInProvider(), environment: { MAX_SOCKETS_PER_USER: "100" } });
  await atelier.listen();
  const ada = await atelier.signUp("Ada");

  t.test("the state, the changes, each with its cursor as id, and the end", async (t) => {
    const { images } = await ada.mutate(generate, { prompt: "a boat" });
    await settledLog(atelier.services);
    const events = await readEvents(atelier, ada, {
      query: watch,
      variables: { filter: { imageIds: [images[0].id] } },
    });
    t.equal(events.status, 200);
    const first = await events.next();
    const { imageChanged } = JSON.parse(first?.data ?? "").data;
    t.match(first, { event: "next", id: imageChanged.cursor });
    t.match(imageChanged, { kind: "SNAPSHOT", image: { status: "PENDING" } });
    await atelier.drain();
    let last = first;
    for (;;) {
      const event = await events.next();
      if (event?.event !== "next") {
        t.match(event, { event: "complete", data: "" });
        break;
      }
      last = event;
    }
    t.match(JSON.parse(last?.data ?? "").data.imageChanged.image, { status: "GENERATED" });
    t.equal(await events.next(), null, "and then it ends");

    const resumed = await readEvents(atelier, ada, {
      ...{ query: "subscription { imageChanged { kind } }", headers: { "last-event-id": first?.id ?? "" } },
    });
    const missed = await resumed.next();
    t.match(JSON.parse(missed?.data ?? ""), { data: { imageChanged: { kind: /UPDATED|PROGRESS/ } } });
    t.ok(missed?.id, "also where the document does not ask for the cursor");
    resumed.close();
  });

  t.test("queries and mutations are one event", async (t) => {
    const query = await readEvents(atelier, ada, { query: "{ me { id } }" });
    t.same(await query.data(), { data: { me: { id: ada.id } } });
    t.match(await query.next(), { event: "complete" });
    const mutation = await readEvents(atelier, ada, { query: generate, variables: { input: { prompt: "a kite" } } });
    t.match(await mutation.data(), { data: { generateImages: { __typename: "GenerateImagesSuccess" } } });
  });

  t.test("what is wrong with an operation is told inside the stream", async (t) => {
    const cases: readonly [string, Record<string, unknown>, string][] = [
      ["{ me {", {}, "GRAPHQL_PARSE_FAILED"],
      ["subscription { imageChanged { nope } }", {}, "GRAPHQL_VALIDATION_FAILED"],
      [`{ ${Array.from({ length: 31 }, (_, n) => `a${n}: me { id }`).join(" ")} }`, {}, "LIMIT_EXCEEDED"],
      [watch, { after: "garbage" }, "BAD_USER_INPUT"],
      [watch, { filter: { imageIds: ["garbage"] } }, "VALIDATION_FAILED"],
      [watch, { filter: { workspaceId: studio.missingId("Workspace") } }, "NOT_FOUND"],
    ];
    for (const [query, variables, code] of cases) {
      const events = await readEvents(atelier, ada, { query, variables });
      t.match(await events.data(), { errors: [{ extensions: { code } }] }, code);
      t.match(await events.next(), { event: "complete" });
    }
  });

  t.test("who may not come in is told why", async (t) => {
    const ticket = await ticketOf(ada);
    const cases: readonly [string, Promise<{ status: number; text(): Promise<string> }>, number, RegExp][] = [
      ["nobody", readEvents(atelier, atelier.nobody, { query: watch }), 401, /Sign in first/],
      ["a damaged ticket", readEvents(atelier, ada, { query: watch, ticket: `${ticket}x` }), 401, /createStreamTicket/],
      ["an access token", readEvents(atelier, ada, { query: watch, ticket: ada.token ?? "" }), 401, /ticket is malf/],
      ["a ticket as a token", readEvents(atelier, { token: ticket }, { query: watch }), 401, /access token is malf/],
      [
        "a foreign page",
        readEvents(atelier, ada, { query: watch, headers: { origin: "https://x.example" } }),
        403,
        /CORS/,
      ],
      [
        "who wants JSON",
        readEvents(atelier, ada, { query: watch, headers: { accept: "application/json" } }),
        406,
        /event-stream/,
      ],
      ["nothing to run", readEvents(atelier, ada, { query: "" }), 200, /is empty|Syntax Error/],
    ];
    for (const [what, opening, status, message] of cases) {
      const answer = await opening;
      t.equal(answer.status, status, what);
      if (status !== 200) t.match(await answer.text(), message);
    }
  });

  t.test("a ticket listens and does nothing else", async (t) => {
    const ticket = await ticketOf(ada);
    for (const query of ["{ me { id } }", makeTicket]) {
      const events = await readEvents(atelier, ada, { query, ticket });
      t.match(await events.data(), {
        errors: [{ message: /A ticket only listens/, extensions: { code: "BAD_REQUEST" } }],
      });
    }
    const get = await fetch(streamUrl(atelier, { query: makeTicket }), {
      headers: { accept: "text/event-stream", authorization: `Bearer ${ada.token}` },
    });
    t.match(await get.text(), /A mutation needs a POST request/);
    const token = await atelier.apiToken(ada, ["images:read"]);
    t.equal((await token.request(makeTicket)).errors?.[0]?.extensions.code, "FORBIDDEN", "and scripts need none");
    const script = await readEvents(atelier, token, { query: watch });
    t.match(await script.data(), { data: { imageChanged: { kind: "SNAPSHOT" } } });
    script.close();
  });
});

t.test("a browser's EventSource comes back by itself, and misses nothing", async (t) => {
  const lines: string[] = [];
  const log = pino(
    { level: "trace" },
    new Writable({
      write: (chunk, _encoding, done) => {
        lines.push(String(chunk));
        done();
      },
    }),
  );
  const atelier = await openAtelier(t, { providers: standInProvider(), log });
  await atelier.listen();
  const ada = await atelier.signUp("Ada");
  const ticket = await ticketOf(ada);
  const source = new EventSource(streamUrl(atelier, { ticket, query: watch }));
  t.teardown(() => source.close());
  const heard = new Map<string, string>();
  const waiting: (() => void)[] = [];
  let count = 0;
  source.addEventListener("next", (event) => {
    const { cursor, image, kind } = JSON.parse(Reflect.get(event, "data")).data.imageChanged;
    count += 1;
    heard.set(cursor, `${kind} ${image.id}`);
    for (const go of waiting.splice(0)) go();
  });
  const heardOf = async (imageId: string, kind: string) => {
    while (![...heard.values()].includes(`${kind} ${imageId}`)) await new Promise<void>((go) => waiting.push(go));
  };
  await new Promise((resolve) => source.addEventListener("open", resolve));
  const made: string[] = [];
  for (let round = 0; round < 3; round += 1) {
    const { images } = await ada.mutate(generate, { prompt: `before cut ${round}` });
    await heardOf(images[0].id, "CREATED");
    atelier.app.server.closeAllConnections();
    const missed = await ada.mutate(generate, { prompt: `after cut ${round}` });
    await heardOf(missed.images[0].id, "CREATED");
    made.push(images[0].id, missed.images[0].id);
  }
  t.equal(count, heard.size, "nothing came twice");
  t.same(
    [...heard.values()].filter((one) => one.startsWith("CREATED")),
    made.map((id) => `CREATED ${id}`),
  );
  t.notOk(lines.join("").includes(ticket), "no ticket stands in a log");
});
