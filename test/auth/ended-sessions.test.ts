import { once } from "node:events";
import t from "tap";
import WebSocket from "ws";
import { openAtelier } from "../support/atelier.ts";
import { eventually } from "../support/eventually.ts";
import { latestToken } from "../support/mailbox.ts";
import { openSignedInSocket } from "../support/raw-socket.ts";
import { operations, password, visit } from "../support/visitor.ts";

const fresh = "tangerine boat at dawn";
/** What ends must end everywhere within this, in milliseconds. */
const limit = 5_000;

t.test("what ends one's sessions in one process ends them in every process, live sockets too", async (t) => {
  const atelier = await openAtelier(t);
  const neighbour = await atelier.neighbour();
  const ada = await atelier.signUp("Ada");
  const here = visit(atelier.app);
  const there = visit(neighbour.app);
  const address = await neighbour.app.listen({ host: "127.0.0.1", port: 0 });
  let current = password;

  const openSocket = async (token: string) => {
    const socket = new WebSocket(`${address.replace("http", "ws")}/graphql`, "graphql-transport-ws");
    await once(socket, "open");
    const closed = once(socket, "close");
    socket.send(JSON.stringify({ type: "connection_init", payload: { authorization: `Bearer ${token}` } }));
    await once(socket, "message");
    return { closed };
  };
  const signIn = () => there.mutate(operations.login, { email: ada.email, password: current });

  const ways: Record<string, (victim: { accessToken: string; refreshToken: string }) => Promise<unknown>> = {
    "signing out": ({ accessToken }) => here.mutate(operations.logout, {}, accessToken),
    "signing out everywhere": async () =>
      here.mutate(operations.logoutEverywhere, { keepCurrent: true }, (await signIn()).accessToken),
    "a changed password": async () => {
      const { accessToken } = await signIn();
      await here.mutate(operations.changePassword, { currentPassword: current, newPassword: fresh }, accessToken);
      current = fresh;
    },
    "a reset password": async () => {
      await here.mutate(operations.requestPasswordReset, { email: ada.email });
      await atelier.drain();
      const token = await latestToken(atelier.services, ada.email, /Choose a new password/);
      await here.mutate(operations.resetPassword, { token, newPassword: password });
      current = password;
    },
    "a refresh token used again": async ({ refreshToken }) => {
      await here.mutate(operations.refresh, { refreshToken });
      atelier.clock.advance(11_000);
      await here.mutate(operations.refresh, { refreshToken });
    },
  };
  for (const [way, end] of Object.entries(ways)) {
    t.test(way, async (t) => {
      const victim = await signIn();
      const me = async (visitor: typeof here) =>
        (await visitor.send("query { me { id } }", undefined, victim.accessToken)).json();
      const { closed } = await openSocket(victim.accessToken);
      t.match((await me(there)).data, { me: { id: ada.id } });
      await end(victim);
      const ended = performance.now();
      t.match((await me(here)).errors, [{ message: "This session was ended. Sign in again." }], "here at once");
      await eventually("the end in the other process", async () => "errors" in (await me(there)));
      const [code] = await closed;
      t.equal(code, 4401, "the socket");
      const took = performance.now() - ended;
      t.ok(took < limit, `there after ${Math.round(took)} ms`);
    });
  }
});

t.test("an operator who disables an account ends its sign-ins and the sockets of its scripts", async (t) => {
  const atelier = await openAtelier(t);
  await atelier.listen();
  const ada = await atelier.signUp("Ada");
  const bob = await atelier.signUp("Bob");
  const script = await atelier.apiToken(ada, ["images:read"]);
  const sockets = [await openSignedInSocket(atelier, ada), await openSignedInSocket(atelier, script)];
  // As an operator does it: with a statement of their own.
  await atelier.services.db.$executeRaw`update "user" set disabled_at = now() where email_key = ${ada.email}`;
  const disabled = performance.now();
  await eventually("the access token counts no more", async () => "errors" in (await ada.request("{ me { id } }")));
  t.match(await Promise.all(sockets.map(({ closed }) => closed)), [{ code: 4401 }, { code: 4401 }]);
  t.ok(performance.now() - disabled < limit);
  t.match((await script.request("{ me { id } }")).errors, [{ extensions: { code: "UNAUTHENTICATED" } }]);
  t.match((await bob.request("{ me { id } }")).data, { me: { id: bob.id } }, "others go on");
  const sessions = await atelier.services.db.session.findMany({ where: { user: { emailKey: ada.email } } });
  t.match(sessions, [{ revokedReason: "user-disabled", revokedAt: Date }]);
});
