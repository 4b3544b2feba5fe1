/**
 * Measures what touches many pictures at once, in a workspace of its own on a scratch database: renaming, merging and deleting a
 * tag that many have, and a clean-up of everything. Says how long each took, its statements, its longest transaction, and how
 * long somebody waited who tagged one other picture meanwhile. Run with: node scripts/run.ts bench:library [pictures] [tagged]
 */
import { randomUUID } from "node:crypto";
import { summariseCleanUp } from "../../src/images/clean-up/plan-clean-up.ts";
import { runCleanUp } from "../../src/images/clean-up/run-clean-up.ts";
import { deleteTag } from "../../src/images/tags/delete-tag.ts";
import { mergeTags } from "../../src/images/tags/merge-tags.ts";
import { renameTag } from "../../src/images/tags/rename-tag.ts";
import { rewriteTagNames } from "../../src/images/tags/rewrite-tag-names.ts";
import { tagImages } from "../../src/images/tags/tag-images.ts";
import { systemClock } from "../../src/infra/clock.ts";
import { createTransact, type Db, openDb, type Transact } from "../../src/infra/db.ts";
import { migrate } from "../../src/infra/migrate.ts";
import type { Actor } from "../../src/workspaces/require-member.ts";
import { withScratchPostgres } from "../scratch-postgres.ts";

interface Bench {
  readonly db: Db;
  readonly transact: Transact;
  readonly viewer: Actor;
  readonly workspaceId: string;
  /** Of nobody else's: tagged again and again while something else runs. */
  readonly bystander: string;
  /** Of the operation and of the bystander together. */
  readonly statements: () => number;
  readonly longest: () => number;
  readonly reset: () => void;
}

/** Prints a line for each operation. */
export async function benchLibrary([pictures = "100000", tagged = "30000"]: readonly string[]): Promise<number> {
  const [count, share] = [Number(pictures), Number(tagged)];
  if (!(Number.isInteger(count) && Number.isInteger(share) && share >= 1 && count >= share)) {
    process.stderr.write("Usage: bench:library [pictures] [tagged, at most as many]\n");
    return 2;
  }
  await withScratchPostgres(async (url) => {
    await migrate(url);
    const bench = await open(url);
    try {
      const tags = await fill(bench, count, share);
      await run(bench, tags);
    } finally {
      await bench.db.$disconnect();
    }
  });
  return 0;
}

async function open(url: string): Promise<Bench> {
  let [statements, longest] = [0, 0];
  const onStatement = () => {
    statements += 1;
  };
  const db = openDb({ url, poolSize: 6, onStatement });
  const plain = createTransact(db, () => undefined);
  const transact: Transact = async (work) => {
    const begun = performance.now();
    try {
      return await plain(work);
    } finally {
      longest = Math.max(longest, performance.now() - begun);
    }
  };
  const user = await db.user.create({
    data: { email: "bench@example.org", emailKey: "bench@example.org", passwordHash: "-", displayName: "Bench" },
  });
  const workspace = await db.workspace.create({ data: { name: "Bench" } });
  await db.member.create({ data: { workspaceId: workspace.id, userId: user.id, role: "OWNER" } });
  const bystander = randomUUID();
  return {
    ...{ db, transact, viewer: { userId: user.id, grant: null }, workspaceId: workspace.id, bystander },
    statements: () => statements,
    longest: () => longest,
    reset: () => {
      [statements, longest] = [0, 0];
    },
  };
}

interface Tags {
  readonly first: string;
  readonly second: string;
}

/** Pictures with prompts of a usual length; a third of them have `sea`, as many `coast`, half of them both, all `all`. */
async function fill({ db, workspaceId, bystander }: Bench, count: number, tagged: number): Promise<Tags> {
  const [first, second, every] = [randomUUID(), randomUUID(), randomUUID()];
  const tag = (id: string, name: string) => ({ id, workspaceId, name, nameKey: name, colour: "#1d4ed8" });
  await db.tag.createMany({ data: [tag(first, "sea"), tag(second, "coast"), tag(every, "all")] });
  for (let from = 0; from < count; from += 5_000) {
    const to = Math.min(from + 5_000, count);
    await db.$executeRaw`
      insert into image (id, workspace_id, batch_id, prompt, prompt_sent, provider, model, progress_kind, status, created_at,
        requested_width, requested_height, requested_seed, tag_names)
      select case when n = 0 then ${bystander}::uuid else gen_random_uuid() end, ${workspaceId}::uuid, gen_random_uuid(),
        'a lighthouse number ' || n || ' by the sea at sunset, waves and gulls, word' || n % 997 || ' word' || n % 491, '',
        'sketch', 'sketch-1', 'MEASURED', 'GENERATED', '2025-01-01'::timestamptz + n * interval '1 minute', 1024, 1024, n, 'all coast sea'
      from generate_series(${from}::int, ${to - 1}::int) as n`;
  }
  await db.$executeRaw`
    insert into image_tag (image_id, tag_id)
    select image.id, tag.id from image cross join tag
    where image.requested_seed > 0 and (tag.id = ${every}::uuid
      or (tag.id = ${first}::uuid and image.requested_seed <= ${tagged})
      or (tag.id = ${second}::uuid and image.requested_seed > ${tagged} / 2 and image.requested_seed <= ${tagged} * 3 / 2))`;
  await db.$executeRaw`analyze image`;
  await db.$executeRaw`analyze image_tag`;
  return { first, second };
}

async function run(bench: Bench, { first, second }: Tags): Promise<void> {
  const { viewer, workspaceId, db } = bench;
  const withClock = { ...bench, clock: systemClock };
  const follow = async () => {
    const { signal } = new AbortController();
    await measure(bench, "  the search follows", () => rewriteTagNames(withClock, workspaceId, { signal }));
  };
  await measure(bench, "rename a tag", () => renameTag(bench, viewer, { tagId: first, name: "ocean" }));
  await follow();
  await measure(bench, "merge two tags", () => mergeTags(bench, viewer, { fromTagId: first, intoTagId: second }));
  await follow();
  await measure(bench, "delete a tag", () => deleteTag(bench, viewer, { tagId: second }));
  await follow();
  const scope = { workspaceId, before: systemClock.now() };
  await measure(bench, "plan a clean-up", () => summariseCleanUp(db, scope));
  await measure(bench, "clean up", () => runCleanUp(withClock, scope, null));
}

/** Times one operation, with somebody beside it who tags one picture after the other. */
async function measure(bench: Bench, name: string, work: () => Promise<unknown>): Promise<void> {
  let worst = 0;
  const over = new AbortController();
  let refused = "";
  const quiet = createTransact(bench.db, () => undefined);
  const beside = (async () => {
    for (let turn = 0; !over.signal.aborted; turn += 1) {
      const begun = performance.now();
      const request = { imageIds: [bench.bystander], tags: [`t${turn % 40}`] };
      await tagImages({ transact: quiet }, bench.viewer, request).catch(() => {
        refused = " in vain";
      });
      worst = Math.max(worst, performance.now() - begun);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })();
  bench.reset();
  const begun = performance.now();
  const outcome = await work().then(
    () => "",
    (error: unknown) =>
      `  FAILED: ${error instanceof Error ? (error.message.trim().split("\n").at(-1) ?? "") : String(error)}`,
  );
  const took = performance.now() - begun;
  const [longest, statements] = [bench.longest(), bench.statements()];
  over.abort();
  await beside;
  process.stdout.write(
    `${name.padEnd(20)} ${ms(took)}, longest transaction ${ms(longest)}, ${statements} statements, a bystander waited ${ms(worst)}${refused}${outcome}\n`,
  );
}

const ms = (value: number): string => `${value.toFixed(0).padStart(6)} ms`;
