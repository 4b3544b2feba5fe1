/**
 * Who may no longer listen hears nothing more, whatever they listen with and whichever process serves them: within five
 * seconds, and from the moment of it where somebody was taken out of a workspace.
 */
import { setTimeout as delay } from "node:timers/promises";
import t, { type Test } from "tap";
import { decodeGlobalId } from "../../src/graphql/ids.ts";
import { watchWorkspace } from "../../src/workspaces/watch-workspace.ts";
import { type Atelier, openAtelier, type Person } from "../support/atelier.ts";
import { countListeners } from "../support/count-listeners.ts";
import { readEvents } from "../support/event-source.ts";
import { eventually } from "../support/eventually.ts";
import { openSignedInSocket, subscribe } from "../support/raw-socket.ts";
import { settledLog } from "../support/settled-log.ts";
import { standInProvider } from "../support/stand-ins.ts";
import * as studio from "../support/studio.ts";
import { join, membersOf, newWorkspace, operations } from "../support/team.ts";

const { generate } = studio.operations;
const watch = `subscription ($filter: ImageChangedFilter) { imageChanged(filter: $filter) { kind deletedId image { id prompt } } }`;
const limit = 5_000;

/** Somebody who listens. */
interface Listener {
  readonly heard: string[];
  /** How it ended: the code of the close or of the error. */
  readonly ended: Promise<string>;
}

type Server = Pick<Atelier, "app">;
type Listen = (server: Server, person: Person, workspaceId: string) => Promise<Listener>;

const overSocket: Listen = async (server, person, workspaceId) => {
  const { say, hear, closed, socket } = await openSignedInSocket(server, person);
  say(subscribe("1", watch, { filter: { workspaceId } }));
  const heard: string[] = [];
  const told = async (): Promise<string> => {
    for (;;) {
      const message = await hear();
      const text = JSON.stringify(message.payload);
      if (message.type !== "next") {
        socket.close();
        return /"code":"(\w+)"/.exec(text)?.[1] ?? message.type;
      }
      heard.push(text);
    }
  };
  const ended = Promise.race([told(), closed.then(({ code }) => String(code))]);
  return { heard, ended: ended.catch(async () => String((await closed).code)) };
};

const overStream: Listen = async (server, person, workspaceId) => {
  const events = await readEvents(server, person, { query: watch, variables: { filter: { workspaceId } } });
  const heard: string[] = [];
  const told = async (): Promise<string> => {
    for (;;) {
      const event = await events.next();
      if (event === null) return "over";
      const code = /"code":"(\w+)"/.exec(event.data)?.[1];
      if (code !== undefined) return code;
      heard.push(event.data);
    }
  };
  return { heard, ended: told() };
};

t.test("who lost their right to listen", async (t) => {
  const atelier = await openAtelier(t, { providers: standInProvider(), environment: { MAX_SOCKETS_PER_USER: "20" } });
  await atelier.listen();
  const neighbour = await atelier.neighbour();
  await neighbour.app.listen({ host: "127.0.0.1", port: 0 });
  const [ada, bob, eve] = [await atelier.signUp("Ada"), await atelier.signUp("Bob"), await atelier.signUp("Eve")];
  const workspaceId = await newWorkspace(ada);
  const make = (prompt: string) => ada.mutate(generate, { prompt, workspaceId });
  const letIn = (person: Person) => join(atelier, ada, { workspaceId, person, role: "EDITOR" });
  await letIn(eve);

  /** Listens in all four ways, takes the right away and asserts how it ends; `Eve` goes on listening. */
  const loses = async (
    t: Test,
    person: Person,
    take: () => Promise<unknown>,
    { socket, stream, silent }: { socket: string; stream: string; silent: boolean },
  ) => {
    await settledLog(atelier.services);
    const listeners: Listener[] = [];
    for (const server of [atelier, neighbour]) {
      for (const listen of [overSocket, overStream]) listeners.push(await listen(server, person, workspaceId));
    }
    const other = await overSocket(neighbour, eve, workspaceId);
    const boat = `a boat of ${t.name}`;
    await make(`${boat}, before`);
    const hears = (text: string) => (heard: readonly string[]) => heard.some((one) => one.includes(text));
    await eventually("everybody hears", () =>
      [...listeners, other].every(({ heard }) => hears(`${boat}, before`)(heard)),
    );
    await take();
    const taken = performance.now();
    await make(`${boat}, after`);
    const ends = await Promise.all(
      listeners.map(({ ended }) => Promise.race([ended, delay(4 * limit, "still listening", { ref: false })])),
    );
    t.ok(performance.now() - taken < limit, "within five seconds");
    t.same(ends, [socket, stream, socket, stream]);
    if (silent)
      t.notOk(
        listeners.some(({ heard }) => hears(`${boat}, after`)(heard)),
        "nothing of what came after",
      );
    await make(`${boat}, at last`);
    await eventually("the other hears on", () => hears(`${boat}, at last`)(other.heard));
    t.notOk(listeners.some(({ heard }) => hears(`${boat}, at last`)(heard)));
  };
  const memberId = async (name: string) => (await membersOf(ada, workspaceId))[name]?.id;

  t.test("a member who is removed", async (t) => {
    await letIn(bob);
    const take = async () => ada.mutate(operations.removeMember, { memberId: await memberId("Bob") });
    await loses(t, bob, take, { socket: "NOT_FOUND", stream: "NOT_FOUND", silent: true });
  });
  t.test("a member who leaves", async (t) => {
    await letIn(bob);
    const take = () => bob.mutate(operations.leaveWorkspace, { workspaceId });
    await loses(t, bob, take, { socket: "NOT_FOUND", stream: "NOT_FOUND", silent: true });
  });
  t.test("a session that is ended", async (t) => {
    await letIn(bob);
    const again = await atelier.signIn(bob);
    const take = () => again.request("mutation { logout(input: {}) { __typename } }");
    await loses(t, again, take, { socket: "4401", stream: "over", silent: false });
  });
  t.test("an API token that is revoked", async (t) => {
    const script = await atelier.apiToken(bob, ["images:read"]);
    const { data } = await bob.request("{ apiTokens { nodes { id } } }");
    const take = () => bob.mutate(operations.revokeApiToken, { apiTokenId: data.apiTokens.nodes[0].id });
    await loses(t, script, take, { socket: "4401", stream: "over", silent: false });
  });
  t.test("a user who is disabled", async (t) => {
    const take = () =>
      atelier.services.db.$executeRaw`update "user" set disabled_at = now() where email = ${bob.email}`;
    await loses(t, bob, take, { socket: "4401", stream: "over", silent: false });
  });
});

t.test("a role that changed counts for what is open, in every process", async (t) => {
  const atelier = await openAtelier(t, { providers: standInProvider() });
  const neighbour = await atelier.neighbour();
  const [ada, bob] = [await atelier.signUp("Ada"), await atelier.signUp("Bob")];
  const workspaceId = await newWorkspace(ada);
  await join(atelier, ada, { workspaceId, person: bob, role: "EDITOR" });
  const memberId = (await membersOf(ada, workspaceId))["Bob"]?.id;
  const become = (role: string) => ada.mutate(operations.changeMemberRole, { memberId, role });
  await settledLog(atelier.services);
  const listening = countListeners(neighbour);

  // No role is without a right to read, so a stream that takes more stands for one.
  const open = (permission: "images:read" | "images:create") => {
    const { services } = neighbour;
    const origin = { address: null, device: null };
    const viewer = { userId: decodeGlobalId(bob.id).id, sessionId: null, grant: null, origin };
    return watchWorkspace(
      {
        ...{ services, origin, refreshCookie: null, eventPosition: services.events.position() },
        viewer: { ...viewer, isOperator: false, personalWorkspaceId: decodeGlobalId(workspaceId).id },
        accessTokens: { issue: never, read: never, issueTicket: never, readTicket: never },
      },
      {
        ...{ typename: "Image", topic: "image", permission, workspaceId, after: null },
        only: { argument: "imageIds", ids: null },
        snapshot: () => Promise.resolve([]),
      },
    );
  };
  const [reading, making] = [await open("images:read"), await open("images:create")];
  const refused = t.rejects(making.next(), { code: "FORBIDDEN", message: /VIEWER/ });
  const changed = performance.now();
  await become("VIEWER");
  await ada.mutate(generate, { prompt: "a kite", workspaceId });
  await refused;
  t.ok(performance.now() - changed < limit);
  t.match(await reading.next(), { value: { kind: "CREATED" } }, "who may still read reads on");
  await t.rejects(open("images:create"), { code: "FORBIDDEN" });
  await reading.return?.();
  t.equal(listening.now(), 0);
});

function never(): never {
  throw new Error("A stream issues and reads no tokens.");
}
