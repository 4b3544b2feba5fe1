import t from "tap";
import type { PublishOutcome } from "../../src/platforms/publication.ts";
import { claimTarget } from "../../src/publishing/claim-target.ts";
import { publishTarget } from "../../src/publishing/publish-target.ts";
import { settleAttempt } from "../../src/publishing/settle-attempt.ts";
import { sweepTargets } from "../../src/publishing/sweep-targets.ts";
import { sendingLease } from "../../src/publishing/timing.ts";
import { openDesk } from "../support/publishing-desk.ts";
import { fingerprint, operations } from "../support/studio.ts";

const minute = 60_000;

t.test("what is published says where, and the ledger keeps how", async (t) => {
  const desk = await openDesk(t);
  await desk.publishNow();
  await desk.drain();
  t.match(await desk.post(), {
    status: "PUBLISHED",
    targets: [{ permalink: /^https:\/\/example\.org\//, externalId: String, publishedAt: String, failure: null }],
  });
  t.match(await desk.attempts(), [{ number: 1, state: "ACCEPTED", outcome: "published", externalId: String }]);
  t.match(desk.platform.arrived, [
    { caption: "A boat.", session: { account: { handle: "ada" } }, images: [{ mime: "image/png" }] },
  ]);
});

t.test("the attempt stands SENDING, committed, before a byte leaves (I-3)", async (t) => {
  const desk = await openDesk(t);
  let seen: unknown;
  desk.platform.publish = async ({ key }) => {
    // Another connection sees only what is committed.
    seen = await desk.atelier.services.db.publishAttempt.findMany({
      select: { state: true, fence: true, sentAt: true },
    });
    return { kind: "published", externalId: key, permalink: "https://example.org/1" };
  };
  await desk.publishNow();
  await desk.drain();
  t.match(seen, [{ state: "SENDING", fence: 1, sentAt: Date }]);
});

t.test("a target has at most one open attempt, whatever the code believes (I-4)", async (t) => {
  const desk = await openDesk(t);
  await desk.publishNow();
  const claim = await desk.claim();
  if (claim.kind === "nothing") throw new Error("not claimed");
  const { targetId, contentHash } = claim.attempt;
  for (const state of ["PREPARED", "SENDING", "AMBIGUOUS"] as const) {
    const second = desk.atelier.services.db.publishAttempt.create({
      data: { targetId, number: 2, fence: 9, state, contentHash },
    });
    await t.rejects(second, { code: "P2002" }, state);
  }
});

t.test("of ten who claim at once, one sends", async (t) => {
  const desk = await openDesk(t);
  await desk.publishNow();
  const claims = await Promise.all(Array.from({ length: 10 }, () => desk.claim()));
  t.same(
    claims.map((claim) => claim.kind).filter((kind) => kind !== "nothing"),
    ["prepare"],
  );
});

t.test("a stale claim's answer changes nothing but the evidence (R-7)", async (t) => {
  const desk = await openDesk(t);
  const { services, clock } = desk.atelier;
  await desk.publishNow();
  const stale = await desk.begin();
  clock.advance(sendingLease + 1);
  const fresh = await desk.claim();
  if (fresh.kind !== "reconcile") throw new Error(`It is to be looked up, and not: ${fresh.kind}.`);
  const tables = async () => ({ ...(await fingerprint(desk.atelier)), publish_attempt: null });

  const before = await tables();
  const outcomes: PublishOutcome[] = [
    { kind: "published", externalId: "x1", permalink: "https://example.org/x1" },
    { kind: "refused", code: "NO", message: "No." },
    { kind: "unauthorized", message: "Who?" },
    { kind: "rate-limited", retryAt: null, message: "Slow down." },
    { kind: "ambiguous", message: "Hm." },
  ];
  for (const outcome of outcomes) {
    t.equal(await settleAttempt(services, stale, outcome), false, outcome.kind);
    const [attempt] = await desk.attempts();
    t.match(attempt, { state: "AMBIGUOUS", outcome: null }, "the state is the new holder's");
    t.match(attempt.evidence.at(-1).what, /x1|No\.|Who\?|Slow down|Hm\./, "what was heard is kept");
  }
  t.same(await tables(), before);
  t.equal(await settleAttempt(services, fresh, { kind: "absent", certain: true, message: "It is not there." }), true);
  t.equal(
    await settleAttempt(services, fresh, { kind: "absent", certain: true, message: "It is not there." }),
    false,
    "nor does anybody settle twice",
  );
});

t.test("cancelling while it is being sent: the outcome decides (R-8)", async (t) => {
  const outcomes: [PublishOutcome, string][] = [
    [{ kind: "published", externalId: "1", permalink: "https://example.org/1" }, "PUBLISHED"],
    [{ kind: "unavailable", message: "Down." }, "CANCELLED"],
    [{ kind: "rate-limited", retryAt: null, message: "Slow down." }, "CANCELLED"],
    [{ kind: "refused", code: "NO", message: "No." }, "FAILED"],
  ];
  for (const [outcome, status] of outcomes) {
    const desk = await openDesk(t);
    desk.platform.publish = async () => {
      const cancelled = await desk.ada.mutate(operations.cancel, { postId: desk.postId });
      t.match(cancelled, { __typename: "CancelPostSuccess", post: { status: "PUBLISHING" } });
      t.match(await desk.publishNow(), { __typename: "ConflictError", message: /PUBLISHING/ });
      return outcome;
    };
    await desk.publishNow();
    await desk.drain();
    t.match(await desk.post(), { status }, outcome.kind);
    desk.atelier.clock.advance(30 * minute);
    await desk.drain();
    t.equal(desk.platform.arrived.length, 1, "and it is not sent again");
  }
});

t.test("a cancelled send that is proven not to have arrived is cancelled", async (t) => {
  const desk = await openDesk(t);
  desk.platform.reconcile = () => Promise.resolve({ kind: "absent", certain: true, message: "It is not there." });
  desk.platform.publish = async () => {
    await desk.ada.mutate(operations.cancel, { postId: desk.postId });
    return { kind: "ambiguous", message: "The connection broke." };
  };
  await desk.publishNow();
  await desk.drain();
  desk.atelier.clock.advance(minute);
  await desk.drain();
  t.match(await desk.post(), { status: "CANCELLED" });
});

t.test("what changed after it was scheduled is not sent (I-12)", async (t) => {
  const desk = await openDesk(t);
  await desk.publishNow();
  await desk.atelier.services.db.post.updateMany({ data: { caption: "Something else." } });
  await desk.drain();
  t.match(await desk.post(), {
    status: "FAILED",
    targets: [{ failure: { code: "CONTENT_CHANGED", message: /schedule it again/ } }],
  });
  t.equal(desk.platform.arrived.length, 0);
  t.same(await desk.attempts(), []);
});

t.test("a picture that was rejected after scheduling is not sent (I-13)", async (t) => {
  const desk = await openDesk(t);
  await desk.publishNow();
  await desk.ada.mutate(operations.review, { imageIds: [desk.imageId], decision: "REJECT", reason: "A typo." });
  await desk.drain();
  t.match(await desk.post(), {
    status: "FAILED",
    targets: [{ failure: { code: "IMAGE_NOT_APPROVED", retryable: true } }],
  });
  t.equal(desk.platform.arrived.length, 0);
});

t.test("what is later than the grace is missed, and asks (I-22)", async (t) => {
  const desk = await openDesk(t);
  await desk.publishNow();
  desk.atelier.clock.advance(60 * minute + 1);
  await sweepTargets(desk.atelier.services);
  await desk.drain();
  t.match(await desk.post(), {
    status: "MISSED",
    targets: [{ failure: { code: "MISSED", message: /within 60 minutes.*Schedule it again/ } }],
  });
  t.equal(desk.platform.arrived.length, 0);
  t.match(await desk.publishNow(), { post: { status: "SCHEDULED" } });
  await desk.drain();
  t.match(await desk.post(), { status: "PUBLISHED", targets: [{ failure: null }] });
});

t.test("a send whose process died is late too, once it is proven not to have arrived (I-22)", async (t) => {
  const desk = await openDesk(t);
  await desk.publishNow();
  await desk.claim();
  desk.atelier.clock.advance(5 * 60 * minute);
  await sweepTargets(desk.atelier.services);
  await desk.drain();
  t.match(await desk.post(), { status: "MISSED" });
  t.equal(desk.platform.arrived.length, 0, "five hours later nothing goes out by itself");
});

t.test("a platform that is gone is told, before and after the send", async (t) => {
  const desk = await openDesk(t);
  await desk.publishNow();
  const services = { ...desk.atelier.services, platforms: new Map() };
  t.equal((await claimTarget(services, desk.targetId)).kind, "nothing");
  t.match(await desk.post(), {
    status: "FAILED",
    targets: [{ failure: { code: "PLATFORM_GONE", message: /"showcase"/ } }],
  });
});

t.test("an account that somebody disconnected meanwhile stays so, whatever its platform answers", async (t) => {
  const desk = await openDesk(t);
  const { db } = desk.atelier.services;
  desk.platform.publish = async () => {
    await db.socialAccount.updateMany({ data: { state: "DISCONNECTED" } });
    return { kind: "unauthorized", message: "The access was taken back." };
  };
  await desk.publishNow();
  await desk.drain();
  t.match(await db.socialAccount.findFirstOrThrow(), { state: "DISCONNECTED", lastError: /taken back/ });
});

t.test("access that was renewed while the old one was used has not ended", async (t) => {
  const desk = await openDesk(t);
  const { db } = desk.atelier.services;
  desk.platform.publish = async () => {
    await db.socialAccount.updateMany({ data: { credentialsFence: { increment: 1 } } });
    return { kind: "unauthorized", message: "The token is old." };
  };
  await desk.publishNow();
  await desk.drain();
  t.match(await desk.post(), { status: "SCHEDULED", targets: [{ socialAccount: { state: "ACTIVE" } }] });
});

t.test("an answer survives a database that is away for a moment", async (t) => {
  const desk = await openDesk(t, { capability: "none" });
  const { services } = desk.atelier;
  let away = 0;
  const transact: typeof services.transact = (work) => {
    if (desk.platform.arrived.length === 0 || away === 2) return services.transact(work);
    away += 1;
    return Promise.reject(new Error("the database system is starting up"));
  };
  await desk.publishNow();
  const context = { log: services.log, signal: new AbortController().signal };
  await publishTarget({ ...services, transact, crashPoint: () => Promise.resolve() }, desk.targetId, context);
  t.match(await desk.post(), { status: "PUBLISHED" });
  t.same([desk.platform.arrived.length, away], [1, 2]);
});
