/**
 * A process that dies at every place between two durable writes around an outside call, for every capability class (I-1, I-2):
 * the platform's own log is the judge.
 */
import t, { type Test } from "tap";
import { publishTarget } from "../../src/publishing/publish-target.ts";
import { sweepTargets } from "../../src/publishing/sweep-targets.ts";
import { verifyTarget } from "../../src/publishing/verify-target.ts";
import { openHarbour } from "../simulators/harbour.ts";
import { openAtelier } from "../support/atelier.ts";
import { harbourClasses, harbourPlatform } from "../support/crash/harbour-platform.ts";
import { mortal } from "../support/crash/mortal.ts";
import { publishingCrashPoints } from "../support/crash/run-crash-suite.ts";
import { client } from "../support/outbound.ts";
import { standInProvider } from "../support/stand-ins.ts";
import { approvedImages, connectGallery, operations, rowIdOf } from "../support/studio.ts";

const second = 1_000;

/** Where processes die, one after the other, before one lives. */
const deaths: readonly (readonly string[])[] = [
  ...["publish:claimed-to-prepare", "publish:made-remotely", "publish:reference-kept"].map((point) => [point]),
  ...["publish:prepared", "publish:sending", "publish:answered", "publish:settled"].map((point) => [point]),
  ["publish:made-remotely", "publish:sending"],
  ["publish:sending", "publish:claimed-to-reconcile"],
  ["publish:answered", "publish:looked-up"],
  ["verify:read"],
];

/** What ends as a question to a person: only where nothing, or only a list, can tell, and the process died around the send. */
const mayBeUnknown = (name: string, points: readonly string[]) =>
  ["none", "search"].includes(name) && points.some((point) => ["publish:sending", "publish:answered"].includes(point));

async function openQuay(t: Test) {
  const harbour = await openHarbour(() => 0.5);
  t.teardown(() => harbour.close());
  const platforms = new Map([["showcase", harbourPlatform(harbour.url, client(t))]]);
  const atelier = await openAtelier(t, { providers: standInProvider(), platforms });
  const ada = await atelier.signUp("Ada");
  const [imageId = ""] = await approvedImages(atelier, ada);
  const { services, clock } = atelier;
  const settle = () => new Promise((resolve) => setTimeout(resolve, 150));
  const statusOf = async (id: string) => (await services.db.postTarget.findUniqueOrThrow({ where: { id } })).status;
  return {
    ...{ harbour, statusOf },
    write: async (handle: string, caption: string) => {
      const person = await atelier.signIn(ada);
      const targets = [{ socialAccountId: await connectGallery(person, handle) }];
      const input = { caption, images: [{ imageId }], targets, schedule: { now: true } };
      const id = rowIdOf((await person.mutate(operations.create, input)).post.targets[0].id);
      // Only the test wakes it.
      await services.db.$executeRaw`delete from graphile_worker._private_jobs`;
      return id;
    },
    /** Lets processes begin with a target until one dies at the point. */
    die: async (id: string, point: string) => {
      for (let tries = 0; tries < 12; tries += 1) {
        const process = mortal(services, point);
        const context = { log: services.log, signal: new AbortController().signal };
        const works = point.startsWith("verify")
          ? publishTarget(process.services, id, context).then(() => verifyTarget(process.services, id, context))
          : publishTarget(process.services, id, context);
        if ((await Promise.race([works, process.died])) === "dead") return true;
        clock.advance(61 * second);
        await settle();
      }
      return false;
    },
    /** One wake-up of a process in which something happens at the crash points. */
    publishWith: (id: string, crashPoint: (name: string) => Promise<void>) =>
      publishTarget({ ...services, crashPoint }, id, { log: services.log, signal: new AbortController().signal }),
    /** A process that lives brings it to rest. */
    rest: async (id: string) => {
      for (let tries = 0; tries < 14; tries += 1) {
        clock.advance(31 * second);
        await sweepTargets(services);
        await atelier.drain();
        if (["PUBLISHED", "UNKNOWN", "FAILED"].includes(await statusOf(id))) return;
        await settle();
      }
    },
  };
}

for (const name of harbourClasses) {
  t.test(`${name}: wherever processes die, the public sees it at most once, and nothing is lost`, async (t) => {
    const quay = await openQuay(t);
    for (const [index, points] of deaths.entries()) {
      const caption = `${name}, dead at ${points.join(" and ")}`;
      const id = await quay.write(`${name}-${index}`, caption);
      // What can be asked nothing is not looked up, and so nobody dies there with an answer.
      for (const point of points) t.equal(await quay.die(id, point), true, `${caption}: ${point} is met`);
      await quay.rest(id);
      const seen = quay.harbour.publicPosts.filter(({ text }) => text === caption).length;
      const status = await quay.statusOf(id);
      t.ok(seen <= 1, `${caption}: seen ${seen} times`);
      if (status === "PUBLISHED") t.equal(seen, 1, `${caption}: it is there`);
      else t.ok(status === "UNKNOWN" && mayBeUnknown(name, points), `${caption}: ${status}`);
    }
  });
}

t.test("every crash point is met by one of these deaths", (t) => {
  t.same([...new Set(deaths.flat())].toSorted(), publishingCrashPoints.toSorted());
  t.end();
});

t.test("a process that was held up between the decision and the socket sends nothing", async (t) => {
  const quay = await openQuay(t);
  const id = await quay.write("search-1", "held up");
  const { now } = Date;
  t.teardown(() => {
    Date.now = now;
  });
  const held = async (point: string) => {
    // The machine slept, or somebody stopped the process: six seconds passed that it does not know of.
    if (point === "publish:sending") Date.now = () => now() + 6 * second;
  };
  await quay.publishWith(id, held);
  Date.now = now;
  t.equal(quay.harbour.publicPosts.length, 0);
  t.equal(await quay.statusOf(id), "SCHEDULED", "nothing left, so that it may be tried again");
  await quay.rest(id);
  t.equal(await quay.statusOf(id), "PUBLISHED");
  t.equal(quay.harbour.publicPosts.length, 1);
});
