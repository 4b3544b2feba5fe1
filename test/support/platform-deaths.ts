/**
 * Processes that die around the calls of every registered platform, and answers that are lost: the adapters' own promises (keys,
 * references, look-ups) under the ledger that relies on them. The simulator's log is the judge.
 */
import type { Test } from "tap";
import type { Platform } from "../../src/platforms/platform.ts";
import { publishTarget } from "../../src/publishing/publish-target.ts";
import { sweepTargets } from "../../src/publishing/sweep-targets.ts";
import { sealCredentials } from "../../src/social-accounts/sealed-credentials.ts";
import { openAtelier } from "./atelier.ts";
import { mortal } from "./crash/mortal.ts";
import type { PlatformBench, PlatformBenchRow } from "./platform-benches/bench.ts";
import { standInProvider } from "./stand-ins.ts";
import { approvedImages, operations, postNow, rowIdOf } from "./studio.ts";

const second = 1_000;

/** Where processes die, one after the other. A place that a platform does not come by is passed. */
const deaths: readonly (readonly string[])[] = [
  ...["publish:made-remotely", "publish:reference-kept", "publish:prepared"].map((point) => [point]),
  ...["publish:sending", "publish:answered"].map((point) => [point]),
  ["publish:answered", "publish:looked-up"],
  ["publish:reference-kept", "publish:sending", "publish:answered"],
];

/** Ways in which a send can end that leave it open whether it arrived. */
const lostAnswers = [
  ...(["refuse", "error-before-effect", "drop-after-effect", "error-after-effect", "garbage-after-effect"] as const),
];

/** The bench's platform, which is given the bench's own pictures: where its simulator can fetch them. */
function withBenchPictures({ platform, request }: PlatformBench): Platform {
  const { images } = request();
  const prepare = platform.prepare?.bind(platform);
  return {
    ...platform,
    ...(prepare && { prepare: (asked, signal) => prepare({ ...asked, images }, signal) }),
    publish: (asked, signal) => platform.publish({ ...asked, images }, signal),
    reconcile: (asked, signal) => platform.reconcile({ ...asked, images }, signal),
  };
}

async function openBerth(t: Test, row: PlatformBenchRow, caption: string) {
  const bench = await row.open(t);
  const { definition, session, simulator } = bench;
  const platforms = new Map([[definition.name, withBenchPictures(bench)]]);
  const environment = { PUBLIC_URL: "https://atelier.example" };
  const atelier = await openAtelier(t, { providers: standInProvider(), platforms, environment });
  const { services, clock } = atelier;
  const { db } = services;
  const ada = await atelier.signUp("Ada");
  const [imageId = ""] = await approvedImages(atelier, ada);
  const workspace = await db.workspace.findFirstOrThrow();
  const { url, method, remoteId, handle, name, details } = session.account;
  const account = await db.socialAccount.create({
    data: { workspaceId: workspace.id, platform: definition.name, url, method, remoteId, handle, name, details },
  });
  const credentials = sealCredentials(services.secretKeys, account.id, session.credentials);
  await db.socialAccount.update({ where: { id: account.id }, data: { credentials } });
  const socialAccountId = Buffer.from(`SocialAccount:${account.id}`).toString("base64url");
  const input = postNow({ caption, imageId, socialAccountId });
  const made = await ada.mutate(operations.create, input);
  if (made.post === undefined) throw new Error(JSON.stringify(made));
  const id = rowIdOf(made.post.targets[0].id);
  await db.$executeRaw`delete from graphile_worker._private_jobs where task_id in (
    select id from graphile_worker._private_tasks where identifier = 'publish-target')`;
  const pass = (milliseconds: number) => {
    clock.advance(milliseconds);
    simulator.advance(milliseconds);
  };
  const target = () => db.postTarget.findUniqueOrThrow({ where: { id } });
  const atRest = async () => ["PUBLISHED", "UNKNOWN", "FAILED"].includes((await target()).status);
  return {
    ...{ bench, target },
    /** Lets processes begin until one dies at the point, or it is passed for good. */
    die: async (point: string) => {
      for (let tries = 0; tries < 12 && !(await atRest()); tries += 1) {
        const doomed = mortal(services, point);
        const context = { log: services.log, signal: new AbortController().signal };
        if ((await Promise.race([publishTarget(doomed.services, id, context), doomed.died])) === "dead") return;
        pass(61 * second);
      }
    },
    rest: async () => {
      for (let tries = 0; tries < 20 && !(await atRest()); tries += 1) {
        pass(61 * second);
        await sweepTargets(services);
        await atelier.drain();
      }
    },
  };
}

/** Brings it to rest, and has the simulator judge. */
async function judge(t: Test, { bench, target, rest }: Awaited<ReturnType<typeof openBerth>>): Promise<void> {
  await rest();
  const seen = bench.simulator.publicPosts.length;
  const { status, failureMessage } = await target();
  const capability = bench.platform.capabilityOf(bench.session.account);
  t.ok(seen <= 1, `seen ${seen} times`);
  if (status === "PUBLISHED") t.equal(seen, 1, "it is there");
  else if (capability === "keyed" || capability === "handle") t.fail(`${status}: ${failureMessage}`);
  else t.equal(status, "UNKNOWN", failureMessage ?? "it can only be asked about");
  t.same(bench.simulator.offences, []);
}

/** Whether a row is of a platform of this server itself: its deaths are told in a file of their own, so that both halves run at once. */
export const isBuiltIn = ({ name }: PlatformBenchRow): boolean => /^(showcase|sandbox)/.test(name);

/** Has everything happen to these platforms. A test of each death takes a second or two, and more on a busy machine. */
export function tellDeaths(t: Test, rows: readonly PlatformBenchRow[]): void {
  t.setTimeout(900_000);
  for (const row of rows) {
    for (const [index, points] of deaths.entries()) {
      t.test(`${row.name}, dead at ${points.join(" and ")}`, async (t) => {
        const berth = await openBerth(t, row, `Boat number ${index}.`);
        for (const point of points) await berth.die(point);
        await judge(t, berth);
      });
    }

    for (const kind of lostAnswers) {
      t.test(`${row.name}, ${kind} twice`, async (t) => {
        const berth = await openBerth(t, row, `A boat in ${kind}.`);
        const { faults, simulator } = berth.bench;
        // Our own database knows no weather.
        if (row.name === "showcase" || (faults !== undefined && !faults.includes(kind))) return;
        simulator.arm({ kind }, 2);
        await judge(t, berth);
      });
    }
  }
}
