/** The steps before the one that cannot be taken back. */
import { once } from "node:events";
import t from "tap";
import type { PublishRequest } from "../../src/platforms/publication.ts";
import { beginSending } from "../../src/publishing/begin-sending.ts";
import { ClaimLostError } from "../../src/publishing/remote-refs.ts";
import { sweepTargets } from "../../src/publishing/sweep-targets.ts";
import { openDesk, type PublishingDesk } from "../support/publishing-desk.ts";
import { operations } from "../support/studio.ts";

const second = 1_000;
const minute = 60 * second;

async function pass({ atelier, drain }: PublishingDesk, milliseconds: number) {
  atelier.clock.advance(milliseconds);
  await sweepTargets(atelier.services);
  await drain();
}

t.test("what was made remotely is durable before the next call, and is not made twice (R-11)", async (t) => {
  const desk = await openDesk(t);
  const { db } = desk.atelier.services;
  const made: string[] = [];
  const prepare = async ({ refs }: PublishRequest) => {
    for (const name of ["photo-1", "photo-2"]) {
      if (refs.get(name) !== null) continue;
      made.push(name);
      await refs.keep(name, `id of ${name}`);
      const { remoteRefs } = await db.postTarget.findUniqueOrThrow({ where: { id: desk.targetId } });
      t.match(remoteRefs, { [name]: { value: `id of ${name}` } }, "another connection sees it");
      if (made.length === 1) return { kind: "unavailable", message: "Down." } as const;
    }
    return { kind: "ready" } as const;
  };
  desk.platform.prepare = prepare;
  await desk.publishNow();
  await desk.drain();
  t.match(await desk.attempts(), [{ state: "REFUSED", sentAt: null, outcome: "unavailable" }]);
  await pass(desk, minute);
  t.match(await desk.post(), { status: "PUBLISHED" });
  t.same(made, ["photo-1", "photo-2"]);
  t.match(desk.platform.arrived[0]?.refs.get("photo-2"), { value: "id of photo-2", at: Date }, "the send knows them");
});

t.test("a platform that asks for time keeps the attempt prepared, and is asked again then", async (t) => {
  const desk = await openDesk(t);
  let looks = 0;
  const moments = new Set<number>();
  desk.platform.prepare = ({ preparedAt }) => {
    looks += 1;
    moments.add(preparedAt.getTime());
    const retryAt = new Date(desk.atelier.clock.now().getTime() + 20 * second);
    return Promise.resolve(looks < 3 ? { kind: "waiting", retryAt, message: "Still converting." } : { kind: "ready" });
  };
  await desk.publishNow();
  await desk.drain();
  t.match(await desk.attempts(), [{ state: "PREPARED", outcome: "waiting" }]);
  await pass(desk, 10 * second);
  t.equal(looks, 1, "not before");
  await pass(desk, 11 * second);
  t.equal(looks, 2);
  await pass(desk, 21 * second);
  t.match(await desk.post(), { status: "PUBLISHED" });
  t.match(await desk.attempts(), [{ number: 1, state: "ACCEPTED" }], "it is one attempt");
  t.equal(moments.size, 1, "keys made of a time repeat it (R-12)");
  const { crashes } = await desk.atelier.services.db.postTarget.findUniqueOrThrow({ where: { id: desk.targetId } });
  t.equal(crashes, 0, "waiting is no crash");
});

t.test("waiting ends with the grace: MISSED, and nothing was sent (I-22)", async (t) => {
  const desk = await openDesk(t);
  desk.platform.prepare = () =>
    Promise.resolve({
      ...{ kind: "waiting", message: "Still converting." },
      retryAt: new Date(desk.atelier.clock.now().getTime() + 40 * minute),
    });
  await desk.publishNow();
  await desk.drain();
  await pass(desk, 41 * minute);
  await pass(desk, 20 * minute);
  t.match(await desk.post(), { status: "MISSED" });
  t.match(await desk.attempts(), [{ state: "REFUSED", code: "MISSED", sentAt: null }]);
  t.equal(desk.platform.arrived.length, 0);
});

t.test(
  "a process that dies while it prepares: the next one goes on; after three deaths a person is asked",
  async (t) => {
    const desk = await openDesk(t);
    await desk.publishNow();
    for (const crashes of [0, 1, 2]) {
      const claim = await desk.claim();
      t.match(claim, { kind: "prepare", attempt: { number: 1 }, target: { crashes } });
      desk.atelier.clock.advance(9 * second);
    }
    t.equal((await desk.claim()).kind, "nothing");
    t.match(await desk.post(), {
      status: "FAILED",
      targets: [{ failure: { code: "CRASHED", message: /3 times.*Nothing is out/, retryable: true } }],
    });
    t.equal(desk.platform.arrived.length, 0);
  },
);

t.test("everything is checked once more in the transaction before the send (R-1)", async (t) => {
  const changes: [string, (desk: PublishingDesk) => Promise<unknown>, object][] = [
    [
      "content",
      ({ atelier }) => atelier.services.db.post.updateMany({ data: { caption: "Something else." } }),
      { status: "FAILED", targets: [{ failure: { code: "CONTENT_CHANGED" } }] },
    ],
    [
      "account",
      ({ atelier }) => atelier.services.db.socialAccount.updateMany({ data: { state: "DISCONNECTED" } }),
      { status: "FAILED", targets: [{ failure: { code: "ACCOUNT_NOT_USABLE" } }] },
    ],
    [
      "picture",
      ({ ada, imageId }) =>
        ada.mutate(operations.review, { imageIds: [imageId], decision: "REJECT", reason: "A typo." }),
      { status: "FAILED", targets: [{ failure: { code: "IMAGE_NOT_APPROVED" } }] },
    ],
    ["cancelled", ({ ada, postId }) => ada.mutate(operations.cancel, { postId }), { status: "CANCELLED" }],
    ["late", async ({ atelier }) => atelier.clock.advance(61 * minute), { status: "MISSED" }],
  ];
  for (const [name, change, expected] of changes) {
    const desk = await openDesk(t);
    desk.platform.prepare = async () => {
      await change(desk);
      return { kind: "ready" };
    };
    await desk.publishNow();
    await desk.drain();
    t.match(await desk.post(), expected, name);
    t.match(await desk.attempts(), [{ state: "REFUSED", sentAt: null }], name);
    t.equal(desk.platform.arrived.length, 0, name);
  }
});

t.test("whoever lost the claim keeps no reference and sends nothing (R-7)", async (t) => {
  const desk = await openDesk(t);
  let lost: unknown;
  desk.platform.prepare = async ({ refs }) => {
    // Somebody else takes over while this one is held up.
    desk.atelier.clock.advance(9 * second);
    if (desk.platform.arrived.length === 0 && lost === undefined) {
      lost = null;
      t.equal((await desk.claim()).kind, "prepare");
      lost = await refs.keep("photo", "1").catch((error: unknown) => error);
      throw lost;
    }
    return { kind: "ready" };
  };
  await desk.publishNow();
  await desk.drain();
  t.ok(lost instanceof ClaimLostError);
  t.equal(desk.platform.arrived.length, 0);
});

t.test("a stop of the worker ends the preparation, and another worker goes on with it", async (t) => {
  const desk = await openDesk(t);
  const { publishTarget } = await import("../../src/publishing/publish-target.ts");
  const stop = new AbortController();
  desk.platform.prepare = async ({ refs }, signal) => {
    if (refs.get("photo") !== null) return { kind: "ready" };
    await refs.keep("photo", "1");
    stop.abort();
    if (!signal.aborted) await once(signal, "abort");
    return { kind: "unavailable", message: "Cut off." };
  };
  await desk.publishNow();
  const services = { ...desk.atelier.services, crashPoint: () => Promise.resolve() };
  await publishTarget(services, desk.targetId, { log: services.log, signal: stop.signal });
  t.match(await desk.attempts(), [{ state: "PREPARED", outcome: "interrupted" }]);
  t.equal(desk.platform.arrived.length, 0);
  await pass(desk, second);
  t.match(await desk.post(), { status: "PUBLISHED" });
  t.match(await desk.attempts(), [{ number: 1, state: "ACCEPTED" }]);
});

t.test(
  "content that changed gets a new key and forgets what was prepared; the same content keeps them (R-12)",
  async (t) => {
    const desk = await openDesk(t);
    const { db } = desk.atelier.services;
    desk.platform.prepare = async ({ refs }) => {
      if (refs.get("photo") === null) await refs.keep("photo", "1");
      return { kind: "refused", code: "NO", message: "No." };
    };
    const row = () => db.postTarget.findUniqueOrThrow({ where: { id: desk.targetId } });
    await desk.publishNow();
    await desk.drain();
    const first = await row();
    t.match(first.remoteRefs, { photo: { value: "1" } });
    await desk.publishNow();
    const same = await row();
    t.match(
      [same.idempotencyKey, same.preparedAt, same.remoteRefs],
      [first.idempotencyKey, first.preparedAt, first.remoteRefs],
    );
    await db.post.updateMany({ data: { caption: "Another boat." } });
    await desk.publishNow();
    const changed = await row();
    t.not(changed.idempotencyKey, first.idempotencyKey);
    t.same([changed.preparedAt, changed.remoteRefs], [null, {}]);
  },
);

t.test("two who hold one prepared target: one begins to send", async (t) => {
  const desk = await openDesk(t);
  await desk.publishNow();
  const claim = await desk.claim();
  if (claim.kind !== "prepare") throw new Error(claim.kind);
  const begun = await Promise.all([1, 2, 3].map(() => beginSending(desk.atelier.services, claim, 0)));
  t.equal(begun.filter((sending) => sending !== null).length, 1);
});
