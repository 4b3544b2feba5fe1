import t from "tap";
import { next, openAtelier, type Person } from "../../support/atelier.ts";
import { settledLog } from "../../support/settled-log.ts";
import { tell } from "../../support/told.ts";

const watch = `subscription ($after: Cursor) { notificationReceived(after: $after) { kind cursor notification { id kind count readAt } } }`;

async function open(t: Parameters<typeof openAtelier>[0]) {
  const atelier = await openAtelier(t);
  const [ada, bob] = [await atelier.signUp("Ada"), await atelier.signUp("Bob")];
  await atelier.listen();
  const listen = (person: Person, after?: string) => {
    const events = atelier.socket(person).iterate({ query: watch, variables: { after } });
    return async (): Promise<{
      kind: string;
      cursor: string;
      notification: { id: string; count: number; readAt: string };
    }> => {
      const { data, errors } = (await next(events)) as never as { data: Record<string, never>; errors?: unknown };
      if (errors) throw new Error(JSON.stringify(errors));
      return data["notificationReceived"] ?? (null as never);
    };
  };
  return { atelier, ada, bob, listen };
}

t.test("what is not read comes first, then news, growth and marks; nobody hears of others", async (t) => {
  const { atelier, ada, bob, listen } = await open(t);
  await tell(atelier, ada, { group: "one" });
  await settledLog(atelier.services);
  const hear = listen(ada);
  t.match(await hear(), { kind: "SNAPSHOT", notification: { kind: "IMAGE_READY", count: 1 } });
  await tell(atelier, bob);
  await tell(atelier, ada, { kind: "POST_FAILED" });
  t.match(await hear(), { kind: "CREATED", notification: { kind: "POST_FAILED" } });
  await tell(atelier, ada, { group: "one" });
  t.match(await hear(), { kind: "UPDATED", notification: { kind: "IMAGE_READY", count: 2 } });
  await ada.mutate(
    "mutation ($input: MarkNotificationsReadInput!) { markNotificationsRead(input: $input) { __typename } }",
    {
      before: atelier.clock.now().toISOString(),
    },
  );
  const read = [await hear(), await hear()].map(({ kind, notification }) => [kind, notification.readAt !== null]);
  t.same(read, [
    ["UPDATED", true],
    ["UPDATED", true],
  ]);
});

t.test("what was missed is told once, in order", async (t) => {
  const { atelier, ada, listen } = await open(t);
  await tell(atelier, ada);
  await settledLog(atelier.services);
  const { cursor } = await listen(ada)();
  await tell(atelier, ada, { kind: "POST_FAILED" });
  await tell(atelier, ada, { kind: "POST_MISSED" });
  const hear = listen(ada, cursor);
  t.match(await hear(), { kind: "CREATED", notification: { kind: "POST_FAILED" } });
  t.match(await hear(), { kind: "CREATED", notification: { kind: "POST_MISSED" } });
});
