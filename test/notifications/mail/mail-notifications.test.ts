import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import t from "tap";
import { allKinds } from "../../../src/notifications/kinds.ts";
import { dispatchDueMails } from "../../../src/notifications/mail/dispatch-due-mails.ts";
import { mailNotifications } from "../../../src/notifications/mail/mail-notifications.ts";
import { type Atelier, openAtelier, type Person, personalWorkspace } from "../../support/atelier.ts";
import { readMails } from "../../support/mailbox.ts";
import { peopleOnly, rowOf } from "../../support/people.ts";
import { rowIdOf } from "../../support/studio.ts";
import { tell } from "../../support/told.ts";

const hour = 60 * 60_000;
const settings = "settings { emails digestAt quietHours { from until } preferences { kind urgent inApp email } }";
const update = `mutation ($input: UpdateNotificationSettingsInput!) { updateNotificationSettings(input: $input) { __typename
  ... on Error { code message } ... on ValidationError { issues { path code message } } ... on UpdateNotificationSettingsSuccess { ${settings} } } }`;

async function open(t: Parameters<typeof openAtelier>[0]) {
  const atelier = await openAtelier(t);
  const ada = await atelier.signUp("Ada");
  await confirm(atelier, ada);
  const round = async () => {
    const woken = await dispatchDueMails(atelier.services);
    await atelier.drain();
    return woken;
  };
  const mails = () => readMails(atelier.services);
  return { atelier, ada, round, mails };
}

const confirm = ({ services, clock }: Atelier, person: Person) =>
  services.db.user.update({ where: { id: rowOf(person) }, data: { emailVerifiedAt: clock.now() } });

/** To the next full hour of the day in UTC. */
function goTo({ clock }: Atelier, hourOfDay: number): void {
  const day = 24 * hour;
  const now = clock.now().getTime() % day;
  clock.advance((((hourOfDay * hour - now) % day) + day) % day);
}

t.test("what is urgent is mailed at once, everything else together with the next digest", async (t) => {
  const { atelier, ada, round, mails } = await open(t);
  goTo(atelier, 12);
  await tell(atelier, await atelier.signIn(ada), { kind: "POST_FAILED" });
  await tell(atelier, await atelier.signIn(ada), { kind: "POST_PUBLISHED", count: 2 });
  await tell(atelier, await atelier.signIn(ada), { kind: "IMAGE_READY" });
  t.equal(await round(), 1);
  t.match(await mails(), [{ to: "ada@example.org", subject: "A post could not be published", text: /A boat/ }]);
  t.equal(await round(), 0, "once");
  goTo(atelier, 8);
  t.equal(await round(), 1);
  const [, digest, ...none] = await mails();
  t.same(none, []);
  t.match(digest, { subject: "2 things you should know from Atelier", text: /A post is out/ });
  t.equal(await round(), 0);
});

t.test("what was read meanwhile, and what is of a workspace that they left, is not mailed", async (t) => {
  const { atelier, ada, round, mails } = await open(t);
  await tell(atelier, ada, { kind: "POST_PUBLISHED" });
  await ada.mutate(
    "mutation ($input: MarkNotificationsReadInput!) { markNotificationsRead(input: $input) { __typename } }",
    {
      before: atelier.clock.now().toISOString(),
    },
  );
  await tell(atelier, ada, { kind: "POST_FAILED" });
  const workspaceId = rowIdOf(await personalWorkspace(ada));
  await atelier.services.db.member.deleteMany({ where: { workspaceId } });
  await round();
  atelier.clock.advance(24 * hour);
  await round();
  t.same(await mails(), []);
});

t.test("an address that is not confirmed is not mailed", async (t) => {
  const { atelier, round, mails } = await open(t);
  await tell(atelier, await atelier.signUp("Bob"), { kind: "POST_FAILED" });
  t.equal(await round(), 0);
  t.same(await mails(), []);
});

t.test("preferences, quiet hours and the digest's time are the person's", async (t) => {
  const { atelier, ada, round, mails } = await open(t);
  const { settings: before } = {
    settings: (await ada.request(`{ notificationSettings ${settings.slice(9)} }`)).data.notificationSettings,
  };
  t.match(before, { emails: true, digestAt: "08:00", quietHours: null });
  t.equal(before.preferences.length, allKinds.length);
  const changed = await ada.mutate(update, {
    ...{ quietHours: { from: "22:30", until: "07:00" }, digestAt: "18:15" },
    preferences: [
      { kind: "POST_PUBLISHED", channel: "EMAIL", enabled: false },
      { kind: "IMAGE_READY", channel: "IN_APP", enabled: false },
      { kind: "IMAGE_READY", channel: "EMAIL", enabled: true },
    ],
  });
  const kept = Object.fromEntries(
    changed.settings.preferences.map(({ kind, ...rest }: { kind: string }) => [kind, rest]),
  );
  t.match(changed.settings, { emails: true, digestAt: "18:15", quietHours: { from: "22:30", until: "07:00" } });
  t.match(kept, {
    POST_PUBLISHED: { inApp: true, email: false },
    IMAGE_READY: { inApp: false, email: true },
    POST_FAILED: { urgent: true, email: true },
  });
  goTo(atelier, 23);
  for (const kind of ["POST_PUBLISHED", "POST_FAILED", "IMAGE_READY"] as const) {
    await tell(atelier, await atelier.signIn(ada), { kind });
  }
  const { data } = await (await atelier.signIn(ada)).request("{ notifications { nodes { kind } } }");
  t.same(data.notifications.nodes.map(({ kind }: { kind: string }) => kind).toSorted(), [
    "POST_FAILED",
    "POST_PUBLISHED",
  ]);
  t.equal(await round(), 0, "in quiet hours");
  goTo(atelier, 7);
  await round();
  t.match(
    (await mails()).map(({ subject }) => subject),
    ["A post could not be published"],
  );
  goTo(atelier, 19);
  await round();
  t.match(
    (await mails()).map(({ subject }) => subject),
    ["A post could not be published", "A picture is ready"],
  );
});

t.test("settings out of rule are told with their path, and are for people alone", async (t) => {
  const { atelier, ada } = await open(t);
  t.match(await ada.mutate(update, { digestAt: "25:00", quietHours: { from: "9", until: "10:00" } }), {
    issues: [{ path: ["quietHours", "from"] }, { path: ["digestAt"], message: /22:30/ }],
  });
  t.match(await ada.mutate(update, { quietHours: { from: "09:00", until: "09:00" } }), {
    issues: [{ path: ["quietHours"] }],
  });
  t.match((await atelier.nobody.request(update, { input: {} })).errors, [{ extensions: { code: "UNAUTHENTICATED" } }]);
  const script = await atelier.apiToken(ada, ["workspace:admin"]);
  t.match(await script.mutate(update, { emails: false }), {
    __typename: "ForbiddenError",
    message: peopleOnly.message,
  });
  t.equal(await atelier.services.db.notificationSettings.count(), 0);
});

t.test("the link in a mail ends them by a click, and by looking does not", async (t) => {
  const { atelier, ada, round, mails } = await open(t);
  await tell(atelier, ada, { kind: "POST_FAILED" });
  await tell(atelier, ada, { kind: "POST_PUBLISHED" });
  await round();
  const folder = path.join(atelier.services.config.DATA_DIR, "mail");
  const [file = ""] = await readdir(folder);
  const headers = (await readFile(path.join(folder, file), "utf8")).replaceAll(/\r\n\s+/g, " ");
  const [, url = ""] = /^List-Unsubscribe: <([^>]+)>/im.exec(headers) ?? [];
  t.match(headers, /^List-Unsubscribe-Post: List-Unsubscribe=One-Click/im);
  const address = url.replace("http://atelier.test", "");
  const looked = await atelier.app.inject(address);
  t.match(looked, { statusCode: 200, body: /<form method="post">/ });
  const ask = "{ notificationSettings { emails } }";
  t.match((await ada.request(ask)).data, { notificationSettings: { emails: true } });
  const wrong = address.replace(rowOf(ada), rowOf(await atelier.signUp("Bob")));
  t.equal((await atelier.app.inject({ method: "POST", url: wrong })).statusCode, 404);
  const form = { "content-type": "application/x-www-form-urlencoded" };
  const clicked = await atelier.app.inject({
    method: "POST",
    url: address,
    headers: form,
    payload: "List-Unsubscribe=One-Click",
  });
  t.match(clicked, { statusCode: 200, body: /mailed no notifications/ });
  t.match((await ada.request(ask)).data, { notificationSettings: { emails: false } });
  await tell(atelier, ada, { kind: "POST_FAILED" });
  atelier.clock.advance(24 * hour);
  t.equal(await round(), 0);
  t.equal((await mails()).length, 1);
  const old = await atelier.app.inject({ method: "POST", url: address.replace(/e=\d+/, "e=1") });
  t.equal(old.statusCode, 404);
});

t.test("what the mail server does not take is due again after a while; two processes write one mail", async (t) => {
  const { atelier, ada, round, mails } = await open(t);
  await tell(atelier, ada, { kind: "POST_FAILED" });
  let tries = 0;
  const mailer = {
    ...atelier.services.mailer,
    send: async () => {
      tries += 1;
      return { kind: "unavailable", detail: "It sleeps." } as const;
    },
  };
  const { log } = atelier.services;
  const sendBy = (services: Parameters<typeof mailNotifications>[0]) =>
    mailNotifications(services, rowOf(ada), { log });
  await Promise.all([1, 2, 3].map(() => sendBy({ ...atelier.services, mailer })));
  t.equal(tries, 1);
  t.equal(await round(), 0, "not at once");
  atelier.clock.advance(6 * 60_000);
  t.equal(await round(), 1);
  t.equal((await mails()).length, 1);
});
