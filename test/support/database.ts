import { randomUUID } from "node:crypto";
import pg from "pg";

/** Something with a teardown: a tap test. */
export interface Teardown {
  teardown(work: () => unknown): void;
}

/** A database of its own, cloned from the run's migrated template; dropped after the test. */
export async function createDatabase(t: Teardown): Promise<string> {
  const template = process.env["TEST_DATABASE_URL"];
  if (template === undefined)
    throw new Error("Tests need their database: run them with `npm test`, or `npm test -- images/review` for some.");
  const url = new URL(template);
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  await onServer(template, `create database ${name} template ${url.pathname.slice(1)}`);
  t.teardown(() => onServer(template, `drop database ${name} with (force)`));
  url.pathname = `/${name}`;
  return url.href;
}

/** Runs one statement from a neighbouring database: a template must not have clients while it is cloned. */
async function onServer(template: string, statement: string): Promise<void> {
  const url = new URL(template);
  url.pathname = "/postgres";
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  try {
    // Two clones at once disturb each other: one after the other.
    await client.query("select pg_advisory_lock(1)");
    await client.query(statement);
  } finally {
    await client.end();
  }
}
