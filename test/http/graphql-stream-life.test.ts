import t from "tap";
import { decodeGlobalId, encodeGlobalId } from "../../src/graphql/ids.ts";
import { joinWorkspace, openAtelier, type Person, personalWorkspace } from "../support/atelier.ts";
import { countListeners } from "../support/count-listeners.ts";
import { readEvents } from "../support/event-source.ts";
import { settledLog } from "../support/settled-log.ts";
import { standInProvider } from "../support/stand-ins.ts";
import * as studio from "../support/studio.ts";
import { operations } from "../support/team.ts";

const { generate } = studio.operations;
const watch = "subscription ($filter: ImageChangedFilter) { imageChanged(filter: $filter) { kind } }";
const makeTicket = "mutation { createStreamTicket { ... on CreateStreamTicketSuccess { ticket } } }";

async function ticketOf(person: Person): Promise<string> {
  return (await person.request(makeTicket)).data.createStreamTicket.ticket;
}

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
  await settledLog(atelier.services);

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
  await settledLog(atelier.services);
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
