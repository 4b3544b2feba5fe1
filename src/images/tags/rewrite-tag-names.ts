import type { Clock } from "../../infra/clock.ts";
import type { Transact, Tx } from "../../infra/db.ts";
import { leaseEnd } from "../../infra/lease.ts";
import { lockTagNames } from "./ensure-tags.ts";
import { wakeTagRewrites } from "./follow-tags.ts";
import { tagNamesOfImage, writeTagNames } from "./write-tag-names.ts";

/** Pictures of one transaction: so long does somebody wait who tags meanwhile. */
const pageSize = 200;

/** A place among the pictures, the oldest first. */
interface Place {
  readonly createdAt: Date;
  readonly id: string;
}

const start: Place = { createdAt: new Date(0), id: "00000000-0000-0000-0000-000000000000" };

/** What it touches. */
export interface RewriteServices {
  readonly transact: Transact;
  readonly clock: Clock;
}

/**
 * Looks through a workspace's pictures, and writes the names of their tags into those where they are not up to date. Safe to run
 * twice, late or never: it writes what differs, and whoever dies on the way leaves a row that the sweep finds.
 */
export async function rewriteTagNames(
  services: RewriteServices,
  workspaceId: string,
  { signal }: { readonly signal: AbortSignal },
): Promise<void> {
  const { transact, clock } = services;
  for (let round = await claim(services, workspaceId); round !== null; ) {
    for (let place: Place | null = start; place !== null && !signal.aborted; ) {
      const after: Place = place;
      place = await transact((tx) => rewritePage(tx, { workspaceId, after, clock }));
    }
    if (signal.aborted) return giveBack(services, workspaceId);
    round = await finish(services, workspaceId, round);
  }
}

/** Which round is to be caught up with; null where nothing is to do, or somebody is at it. */
async function claim({ transact, clock }: RewriteServices, workspaceId: string): Promise<number | null> {
  const [claimed] = await transact((tx) =>
    tx.tagRewrite.updateManyAndReturn({
      where: { workspaceId, OR: [{ leaseUntil: null }, { leaseUntil: { lt: clock.now() } }] },
      data: { leaseUntil: leaseEnd(clock) },
      select: { round: true },
    }),
  );
  return claimed?.round ?? null;
}

/** Answers the last picture it looked at; null when there is none left. */
async function rewritePage(
  tx: Tx,
  { workspaceId, after, clock }: { readonly workspaceId: string; readonly after: Place; readonly clock: Clock },
): Promise<Place | null> {
  // Nobody names tags meanwhile: what is read here is still true when it is written.
  await lockTagNames(tx, workspaceId);
  await tx.tagRewrite.updateMany({ where: { workspaceId }, data: { leaseUntil: leaseEnd(clock) } });
  const page = await tx.$queryRaw<(Place & { behind: boolean })[]>`
    select image.id, image.created_at as "createdAt", image.tag_names is distinct from ${tagNamesOfImage} as behind
    from image
    where image.workspace_id = ${workspaceId}::uuid and (image.created_at, image.id) > (${after.createdAt}, ${after.id}::uuid)
    order by image.created_at, image.id limit ${pageSize}`;
  await writeTagNames(
    tx,
    page.flatMap(({ id, behind }) => (behind ? [id] : [])),
  );
  return page.at(-1) ?? null;
}

/** The next round, where a change came meanwhile; null when all is done. */
async function finish(
  { transact, clock }: RewriteServices,
  workspaceId: string,
  round: number,
): Promise<number | null> {
  return transact(async (tx) => {
    const { count } = await tx.tagRewrite.deleteMany({ where: { workspaceId, round } });
    if (count > 0) return null;
    const [next] = await tx.tagRewrite.updateManyAndReturn({
      where: { workspaceId },
      data: { leaseUntil: leaseEnd(clock) },
      select: { round: true },
    });
    return next?.round ?? null;
  });
}

async function giveBack({ transact }: RewriteServices, workspaceId: string): Promise<void> {
  await transact(async (tx) => {
    await tx.tagRewrite.updateMany({ where: { workspaceId }, data: { leaseUntil: null } });
    await wakeTagRewrites(tx, [workspaceId]);
  });
}
