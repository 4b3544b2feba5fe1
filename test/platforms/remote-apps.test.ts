import t from "tap";
import { openDb } from "../../src/infra/db.ts";
import { Secret } from "../../src/infra/secret.ts";
import { createRemoteApps } from "../../src/platforms/remote-apps.ts";
import { createDatabase } from "../support/database.ts";

t.test("a registration is kept once, and only the one that a server no longer knows is forgotten", async (t) => {
  const db = openDb({ url: await createDatabase(t), poolSize: 2 });
  t.teardown(() => db.$disconnect());
  const apps = createRemoteApps({ db, keys: [{ id: "k", secret: Buffer.alloc(32, 3) }] }, "mastodon");
  const place = ["https://m.example", "https://atelier.example/connect/mastodon/callback"] as const;
  const app = (name: string) => ({ clientId: new Secret(name), clientSecret: new Secret(`secret of ${name}`) });
  const kept = async () => (await apps.find(...place))?.["clientId"]?.reveal();
  t.equal((await apps.keep(...place, app("first")))["clientId"]?.reveal(), "first");
  t.equal((await apps.keep(...place, app("second")))["clientId"]?.reveal(), "first", "the first one counts");
  await apps.forget(...place, app("second"));
  t.equal(await kept(), "first", "another one is not forgotten with it");
  await apps.forget("https://other.example", place[1], app("first"));
  t.equal(await kept(), "first");
  await apps.forget(...place, app("first"));
  t.equal(await kept(), undefined);
  await apps.forget(...place, app("first"));
  t.equal((await apps.keep(...place, app("second")))["clientId"]?.reveal(), "second");
});
