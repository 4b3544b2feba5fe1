import { Writable } from "node:stream";
import pg from "pg";
import { pino } from "pino";
import t from "tap";
import { openAtelier } from "../support/atelier.ts";
import { latestToken, readMails } from "../support/mailbox.ts";
import { operations, visit } from "../support/visitor.ts";

/** Every cell of every table that can hold a text, as one long text. */
async function dump(databaseUrl: string): Promise<string> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ schema: string; name: string }>(
      "select table_schema as schema, table_name as name from information_schema.tables where table_type = 'BASE TABLE' and table_schema in ('public', 'graphile_worker')",
    );
    const texts: string[] = [];
    for (const { schema, name } of tables) {
      const { rows } = await client.query(`select t::text as row from "${schema}"."${name}" t`);
      texts.push(...rows.map(({ row }) => `${schema}.${name}: ${row}`));
    }
    return texts.join("\n");
  } finally {
    await client.end();
  }
}

t.test(
  "no password, token or link stands anywhere in plain: not in the log, not in a table, not in a job",
  async (t) => {
    const lines: string[] = [];
    const sink = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        lines.push(chunk.toString());
        done();
      },
    });
    const atelier = await openAtelier(t, { log: pino({ level: "trace" }, sink) });
    const browser = visit(atelier.app);
    const canaries = {
      password: "canary-yellow-4711-first",
      wrongPassword: "canary-yellow-4711-wrong",
      newPassword: "canary-yellow-4711-later",
      resetPassword: "canary-yellow-4711-reset",
    };
    const email = "ada@example.org";
    const secrets: string[] = Object.values(canaries);
    const keep = (answer: { accessToken?: string; refreshToken?: string | null }) => {
      for (const token of [answer.accessToken, answer.refreshToken]) if (typeof token === "string") secrets.push(token);
      return answer;
    };
    const input = { email, password: canaries.password };
    const first = keep(await browser.mutate(operations.register, { ...input, displayName: "Ada" }));
    await atelier.drain();
    secrets.push(await latestToken(atelier.services, email, /Confirm/));
    await browser.mutate(operations.login, { email, password: canaries.wrongPassword });
    await browser.mutate(operations.login, { email: "nobody@example.org", password: canaries.wrongPassword });
    const session = keep(await browser.mutate(operations.login, input));
    keep(await browser.mutate(operations.login, { ...input, refreshTokenIn: "COOKIE" }));
    secrets.push(...browser.cookies.values());
    keep(await browser.mutate(operations.refresh, { refreshToken: session.refreshToken }));
    keep(await browser.mutate(operations.refresh, {}));
    secrets.push(...browser.cookies.values());
    const change = { currentPassword: canaries.password, newPassword: canaries.newPassword };
    await browser.mutate(operations.changePassword, change, first.accessToken);
    await browser.mutate(operations.requestPasswordReset, { email });
    await atelier.drain();
    const link = await latestToken(atelier.services, email, /Choose a new password/);
    secrets.push(link);
    // Before it is used, and after: the mail has left, the row waits.
    const waiting = await dump(atelier.services.databaseUrl);
    await browser.mutate(operations.resetPassword, { token: link, newPassword: canaries.resetPassword });
    await browser.mutate(operations.refresh, { refreshToken: session.refreshToken });
    await browser.send("mutation { broken", { email, password: canaries.password });
    await browser.send(operations.login, { email: canaries.password, password: canaries.password });
    await atelier.drain();

    const tables = `${waiting}\n${await dump(atelier.services.databaseUrl)}`;
    const log = lines.join("");
    t.match(tables, email, "the tables were looked at");
    t.match(tables, /send-mail-link/, "and the history of jobs");
    t.match(log, /operation/, "and the log");
    t.equal((await readMails(atelier.services)).length, 4);
    t.ok(secrets.length > 14);
    for (const secret of secrets) {
      // The parts of a token are secrets, too; its first part is an id.
      for (const part of [secret, ...secret.split(".").slice(1)].filter(({ length }) => length > 15)) {
        t.notOk(tables.includes(part), `no table holds ${part.slice(0, 24)}…`);
        t.notOk(log.includes(part), `no log line holds ${part.slice(0, 24)}…`);
      }
    }
  },
);
