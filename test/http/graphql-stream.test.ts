import { Writable } from "node:stream";
import { pino } from "pino";
import t from "tap";
import { EventSource } from "undici";
import { decodeGlobalId, encodeGlobalId } from "../../src/graphql/ids.ts";
import { type Atelier, joinWorkspace, openAtelier, type Person, personalWorkspace } from "../support/atelier.ts";
import { readEvents, streamUrl } from "../support/event-source.ts";
import { standInProvider } from "../support/stand-ins.ts";
import * as studio from "../support/studio.ts";
import { operations } from "../support/team.ts";

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

t.test("who may no longer listen is cut off within five seconds, whichever process serves them", async (t) => {
  const atelier = await openAtelier(t, { providers: standInProvider() });
  const neighbour = await atelier.neighbour();
  await neighbour.app.listen({ host: "127.0.0.1", port: 0 });
  const ada = await atelier.signUp("Ada");
  const within = async (what: string, ended: Promise<unknown>) => {
    const started = performance.now();
    await ended;
    t.ok(performance.now() - started < 5_000, what);
  };
  await ada.mutate(generate, { prompt: "a kite" });

  const signedIn = await atelier.signIn(ada);
  const ended = await readEvents(neighbour, signedIn, { query: watch });
  const byTicket = await readEvents(neighbour, ada, { query: watch, ticket: await ticketOf(signedIn) });
  t.match(await ended.data(), { data: { imageChanged: { kind: "SNAPSHOT" } } });
  t.match(await byTicket.data(), { data: { imageChanged: { kind: "SNAPSHOT" } } });
  await signedIn.request("mutation { logout(input: {}) { __typename } }");
  await within("a session that was ended", Promise.all([ended.next(), byTicket.next()]));
  t.equal(await ended.next(), null);

  const script = await atelier.apiToken(ada, ["images:read"]);
  const revoked = await readEvents(neighbour, script, { query: watch });
  await revoked.data();
  const { data } = await ada.request("{ apiTokens { nodes { id } } }");
  await ada.mutate("mutation ($input: RevokeApiTokenInput!) { revokeApiToken(input: $input) { __typename } }", {
    apiTokenId: data.apiTokens.nodes[0].id,
  });
  await within("a revoked token", revoked.next());

  const bob = await atelier.signUp("Bob");
  await joinWorkspace(atelier, bob, ada, "VIEWER");
  const workspaceId = await personalWorkspace(ada);
  const removed = await readEvents(neighbour, bob, { query: watch, variables: { filter: { workspaceId } } });
  await removed.data();
  const gone = removed.data();
  const rowId = decodeGlobalId(workspaceId).id;
  const { id } = await atelier.services.db.member.findFirstOrThrow({
    where: { workspaceId: rowId, role: "VIEWER" },
  });
  const done = await ada.mutate(operations.removeMember, { memberId: encodeGlobalId("Member", id) });
  t.equal(done.__typename, "RemoveMemberSuccess");
  await within("a removed member", gone);
  t.match(await gone, { errors: [{ extensions: { code: "NOT_FOUND" } }] });
  t.match(await removed.next(), { event: "complete" });

  const { exp } = JSON.parse(Buffer.from(ada.token?.split(".")[1] ?? "", "base64url").toString());
  atelier.clock.set(new Date(exp * 1_000 - 300));
  const expiring = await readEvents(neighbour, ada, { query: watch });
  await expiring.data();
  await within("a token that ran out", expiring.next());
  atelier.clock.advance(1_000);
  t.equal((await readEvents(neighbour, ada, { query: watch })).status, 401);
});

t.test("streams that end give back what they held", async (t) => {
  const atelier = await openAtelier(t, { environment: { MAX_SOCKETS_PER_USER: "2" } });
  await atelier.listen();
  const ada = await atelier.signUp("Ada");
  const listening = countListeners(atelier);
  await ada.mutate(generate, { prompt: "a kite" });
  for (let round = 0; round < 50; round += 1) {
    const streams = [
      await readEvents(atelier, ada, { query: watch }),
      await readEvents(atelier, ada, { query: watch }),
    ];
    if (round % 2 === 0) for (const stream of streams) await stream.data();
    if (round % 10 === 0) t.equal((await readEvents(atelier, ada, { query: watch })).status, 429);
    for (const stream of streams) stream.close();
    await listening.none();
  }
  const last = await readEvents(atelier, ada, { query: watch });
  await last.data();
  await atelier.app.close();
  t.equal(await last.next(), null, "a stop ends them");
  t.equal(listening.now(), 0);
});

/** How many listen to the event log, and a promise that nobody does. */
function countListeners({ services: { events } }: Atelier) {
  const { listen } = events;
  let open = 0;
  const waiting: (() => void)[] = [];
  events.listen = (...args) => {
    const stop = listen(...args);
    open += 1;
    return () => {
      stop();
      open -= 1;
      if (open === 0) for (const go of waiting.splice(0)) go();
    };
  };
  const none = () => (open === 0 ? Promise.resolve() : new Promise<void>((resolve) => waiting.push(resolve)));
  return { now: () => open, none };
}
