import { Writable } from "node:stream";
import { pino } from "pino";
import t from "tap";
import { Secret } from "../../src/infra/secret.ts";
import { createRemoteApps } from "../../src/platforms/remote-apps.ts";
import { runKeysRotate } from "../../src/reseal-secrets.ts";
import { sweepAccounts } from "../../src/social-accounts/refresh/sweep-accounts.ts";
import { openChoices, openPending, openSession } from "../../src/social-accounts/sealed-credentials.ts";
import { openAccountDesk } from "../support/account-desk.ts";
import { accountOperations, actOnAccount } from "../support/account-operations.ts";
import { tablesWith } from "../support/canary.ts";
import { rowIdOf } from "../support/studio.ts";

t.test("what opens accounts stands nowhere in plain: no table, job, event or log line", async (t) => {
  const lines: string[] = [];
  const sink = new Writable({ write: (chunk: Buffer, _encoding, done) => (lines.push(chunk.toString()), done()) });
  const desk = await openAccountDesk(t, { log: pino({ level: "trace" }, sink) });
  const { atelier, square } = desk;
  const id = await desk.connect();
  const waiting = await desk.start();
  await desk.comeBack(waiting.state, { code: "canary-code-9b71" });
  square.complete = () => Promise.reject(new Error("no"));
  await desk.comeBack((await desk.start()).state, { code: "canary-code-9b71" });
  await desk.ada.mutate(accountOperations.connectPlaza, {
    account: { plazaToken: { handle: "ada", token: "canary-plaza-9b71" } },
  });
  await desk.later(110 * 60_000);
  await atelier.services.db.socialAccount.updateMany({
    where: { platform: "square" },
    data: { refreshAt: new Date(0) },
  });
  await sweepAccounts(atelier.services);
  await atelier.drain();
  t.ok(square.presented.length > 0);
  t.same(await tablesWith(atelier, "9b71"), []);
  await desk.ada.mutate(actOnAccount("Disconnect"), { socialAccountId: id });
  await atelier.drain();
  t.same(await tablesWith(atelier, "9b71"), []);
  t.same(await tablesWith(atelier, waiting.state), []);
  t.ok(lines.length > 0);
  t.notMatch(lines.join(""), "9b71");
});

t.test("with a new key everything is sealed anew, and the old one may go", async (t) => {
  const desk = await openAccountDesk(t);
  const { services } = desk.atelier;
  const { db } = services;
  const id = rowIdOf(await desk.connect());
  const pending = rowIdOf((await desk.start()).connectionId);
  const ready = await desk.start();
  await desk.comeBack(ready.state);
  const origin = 'https://a.example.org/"quoted"';
  await createRemoteApps({ db, keys: services.secretKeys }, "square").keep(origin, "http://x/", {
    s: new Secret("app"),
  });
  const fresh = { id: "newer", secret: Buffer.alloc(32, 7) };
  const ring = [fresh, ...services.secretKeys];
  const said: string[] = [];
  t.equal(await runKeysRotate({ ...services, secretKeys: ring }, (text) => said.push(text)), 0);
  t.match(said.join(""), /Sealed anew from key "\w+": 4\n.*sealed with key "newer"/s);
  const account = await db.socialAccount.findUniqueOrThrow({ where: { id } });
  t.equal(openSession([fresh], account).credentials["accessToken"]?.reveal(), desk.square.given[0]);
  const attempt = async (row: string) => db.connectionAttempt.findUniqueOrThrow({ where: { id: row } });
  t.match(openPending([fresh], pending, (await attempt(pending)).pending ?? ""), { pending: { nonce: Object } });
  const readyId = rowIdOf(ready.connectionId);
  t.equal(openChoices([fresh], readyId, (await attempt(readyId)).accounts ?? "").length, 1);
  const app = await createRemoteApps({ db, keys: [fresh] }, "square").find(origin, "http://x/");
  t.equal(app?.["s"]?.reveal(), "app");
  said.length = 0;
  t.equal(await runKeysRotate({ ...services, secretKeys: ring }, (text) => said.push(text)), 0);
  t.notMatch(said.join(""), /anew/, "a second run finds nothing");
  const lost = [{ id: "lost", secret: Buffer.alloc(32, 9) }];
  said.length = 0;
  t.equal(await runKeysRotate({ ...services, secretKeys: lost }, (text) => said.push(text)), 1);
  t.match(said.join(""), /"newer" is missing from SECRET_KEYS.*: 4/);
});
