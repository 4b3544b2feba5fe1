/** What every platform owes its caller, whatever its API does. One row a way to publish; see `PlatformBenchRow`. */
import t, { type Test } from "tap";
import { metrics } from "../../src/platforms/measuring.ts";
import type { PublishOutcome } from "../../src/platforms/publication.ts";
import { platforms } from "../../src/platforms/registry.ts";
import type { PlatformFault } from "../simulators/platform-simulator.ts";
import { publishImage } from "../support/platform-benches/pictures.ts";
import { platformBenches } from "../support/platform-benches/registry.ts";
import {
  asSent,
  atBench,
  canMeet,
  effective,
  publishInto,
  strangersSession,
  unhurried,
  type WatchedBench,
} from "../support/platform-contract.ts";
import { memoryRefs } from "../support/platform-request.ts";

t.test("every registered platform is held to the contract", async (t) => {
  const held = new Set(platformBenches.map(({ name }) => name.split(" ")[0]));
  for (const { name } of platforms) t.ok(held.has(name), `${name} has a row`);
  t.equal(new Set(platforms.map(({ name }) => name)).size, platforms.length, "names are unique");
  const methods = platforms.flatMap((platform) => platform.methods.map(({ name }) => name));
  t.equal(new Set(methods).size, methods.length, "so are the ways to connect");
});

/** Moves the platform's clock past everything that settles. */
const settle = ({ simulator, platform }: WatchedBench) => simulator.advance(platform.settleWindow + 60_000);

/** How the send of each trouble without effect may end. A cut connection and a 500 leave it open whether it arrived. */
const withoutEffect: readonly { readonly fault: PlatformFault; readonly ends: readonly PublishOutcome["kind"][] }[] = [
  { fault: { kind: "refuse" }, ends: ["ambiguous", "unavailable"] },
  { fault: { kind: "error-before-effect" }, ends: ["ambiguous"] },
  { fault: { kind: "rate-limit", retryAfterSeconds: 90 }, ends: ["rate-limited"] },
  { fault: { kind: "rate-limit", retryAfterSeconds: null }, ends: ["rate-limited"] },
  { fault: { kind: "unauthorized" }, ends: ["unauthorized"] },
  { fault: { kind: "refuse-content" }, ends: ["refused"] },
];

for (const row of platformBenches) {
  t.test(row.name, async (t) => {
    await atBench(t, row, "describes itself", async ({ definition, platform, session }, t) => {
      t.equal(definition.name, row.name.split(" ")[0]);
      t.match(definition.name, /^[a-z][a-z0-9]*$/);
      const rules = definition.rulesFor?.(session.account) ?? definition.rules;
      t.ok(rules.images.min <= rules.images.max && rules.images.mimes.length > 0);
      t.equal(rules.caption.measure(""), 0);
      t.ok(platform.settleWindow >= 0);
      for (const { name } of definition.methods) t.match(name, /^[a-z][A-Za-z0-9]*$/);
      t.ok(definition.methods.some(({ name }) => name === session.account.method));
      t.equal(definition.refresh === null, platform.refresh === undefined, "it renews what it says it renews");
      t.equal(definition.measuring === null, platform.measure === undefined, "it counts what it says it counts");
      const ways = new Set(definition.methods.map(({ kind }) => kind));
      t.equal(platform.connect !== undefined, ways.has("FORM"), "forms can be filled in");
      t.equal(platform.authorise !== undefined && platform.completeAuthorisation !== undefined, ways.has("REDIRECT"));
    });

    await atBench(t, row, "publishes once, with its words and pictures", async (bench, t) => {
      const { definition, session, simulator, platform } = bench;
      const rules = definition.rulesFor?.(session.account) ?? definition.rules;
      const images = await Promise.all(
        Array.from({ length: Math.min(rules.images.max, 3) }, (_, n) => publishImage(40 + n)),
      );
      const request = await bench.prepared(bench.request({ caption: "Two boats.\n\nAnd a harbour 🛟", images }));
      t.equal(simulator.publicPosts.length, 0, "preparing shows nothing");
      const outcome = await bench.publish(request);
      t.equal(simulator.irreversibleCalls, 1);
      const [post, ...others] = simulator.publicPosts;
      t.same(others, []);
      t.equal(post?.text, request.caption);
      t.equal(post?.images, images.length);
      if (rules.altText.max > 0) {
        t.same(
          post?.altTexts,
          images.map(({ alt }) => alt),
        );
      }
      const found = outcome.kind === "submitted" ? await bench.reconcile(asSent(bench, request)) : outcome;
      t.match(found, { kind: outcome.kind === "submitted" ? "present" : "published", externalId: post?.id });
      if (platform.verify === undefined || post === undefined) return;
      t.equal(bench.heard(await platform.verify(session, post.id, unhurried())).kind, "there");
    });

    await atBench(t, row, "makes nothing twice when it prepares again", async (bench, t) => {
      const refs = memoryRefs();
      const request = await bench.prepared(bench.request({ refs }));
      const made = bench.simulator.reversibleCalls;
      const kept = refs.all();
      await bench.prepared(request);
      t.same(refs.all(), kept);
      t.equal(bench.simulator.reversibleCalls, made);
      t.equal(bench.simulator.publicPosts.length, 0);
    });

    await atBench(t, row, "goes on where preparing was interrupted", async (bench, t) => {
      const refs = memoryRefs();
      let room = 0;
      const breaking = {
        ...refs,
        keep: async (name: string, value: string) => {
          if (room === 0) throw new Error("the claim was lost");
          room -= 1;
          await refs.keep(name, value);
        },
      };
      const images = await Promise.all([publishImage(50), publishImage(51)]);
      const request = bench.request({
        refs: breaking,
        images: bench.definition.rules.images.max > 1 ? images : images.slice(1),
      });
      for (let budget = 0; budget < 20; budget += 1) {
        room = budget;
        const whole = await bench.prepared(request).catch(() => null);
        if (whole !== null) break;
      }
      room = Number.POSITIVE_INFINITY;
      t.match((await bench.publish(await bench.prepared(request))).kind, /^(published|submitted)$/);
      t.equal(bench.simulator.publicPosts.length, 1);
      t.equal(bench.simulator.publicPosts[0]?.images, request.images.length);
    });

    for (const { fault, ends } of withoutEffect) {
      const dated = fault.kind === "rate-limit" && fault.retryAfterSeconds !== null ? ", with a date" : "";
      await atBench(t, row, `ends ${ends.join(" or ")} after ${fault.kind}${dated}`, async (bench, t) => {
        if (!canMeet(bench, fault.kind)) return void t.pass("it cannot happen here");
        const request = asSent(bench, await bench.prepared());
        const outcome = await publishInto(bench, request, fault);
        t.ok(ends.includes(outcome.kind), outcome.kind);
        if (outcome.kind === "refused") t.match(outcome.code, /^[A-Z][A-Z0-9_]*$/);
        if (outcome.kind === "rate-limited" && fault.kind === "rate-limit") {
          const wait = ((outcome.retryAt?.getTime() ?? Number.NaN) - (bench.now?.() ?? new Date()).getTime()) / 1_000;
          if (fault.retryAfterSeconds === null) t.equal(outcome.retryAt, null);
          else t.ok(wait >= fault.retryAfterSeconds - 5 && wait <= fault.retryAfterSeconds + 60, `${wait} s`);
        }
        t.equal(bench.simulator.irreversibleCalls, 1, "asked once");
        t.equal(bench.simulator.publicPosts.length, 0);
        settle(bench);
        await finds(t, bench, request, null);
      });
    }

    for (const kind of effective) {
      await atBench(t, row, `does not take ${kind} for a refusal, and finds the post`, async (bench, t) => {
        if (!canMeet(bench, kind)) return void t.pass("it cannot happen here");
        const request = asSent(bench, await bench.prepared());
        t.equal((await publishInto(bench, request, { kind })).kind, "ambiguous");
        t.equal(bench.simulator.irreversibleCalls, 1, "asked once");
        t.equal(bench.simulator.publicPosts.length, 1);
        settle(bench);
        await finds(t, bench, request, bench.simulator.publicPosts[0]?.id ?? "");
        if (bench.capability !== "keyed" && bench.capability !== "handle") return;
        const again = await bench.publish(request);
        t.equal(bench.simulator.publicPosts.length, 1, "sent again, it shows once");
        const [post] = bench.simulator.publicPosts;
        if (bench.capability === "keyed") t.match(again, { kind: "published", externalId: post?.id }, "and says so");
      });
    }

    await atBench(t, row, "does not call a post absent for certain because a list is late", async (bench, t) => {
      if (!canMeet(bench, "stale-lists") || bench.capability === "none") return void t.pass("it cannot happen here");
      const request = asSent(bench, await bench.prepared());
      bench.simulator.arm({ kind: "stale-lists", milliseconds: 600_000 });
      await publishInto(bench, request, { kind: "drop-after-effect" });
      const early = await bench.reconcile(request);
      const open = early.kind === "pending" || (early.kind === "absent" && !early.certain);
      t.ok(early.kind === "present" || open, JSON.stringify(early));
      bench.simulator.advance(600_001);
      await finds(t, bench, request, bench.simulator.publicPosts[0]?.id ?? "");
    });

    await atBench(t, row, "heeds the signal", async (bench, t) => {
      if (bench.faults?.length === 0) return void t.pass("there is nothing to wait for");
      const request = await bench.prepared();
      const outcome = await bench.publish(request, AbortSignal.abort());
      t.ok(outcome.kind === "unavailable" || outcome.kind === "ambiguous", outcome.kind);
      t.equal(bench.simulator.irreversibleCalls, 0);
    });

    await atBench(t, row, "tells a key that opens nothing from a platform that is away", async (bench, t) => {
      const { platform, session, simulator, heard, missingId: id = "1" } = bench;
      t.match(heard(await platform.check(session, unhurried())), { kind: "alive", account: session.account });
      if (Object.keys(session.credentials).length === 0) return;
      const stranger = strangersSession(bench);
      t.equal(heard(await platform.check(stranger, unhurried())).kind, "unauthorized");
      if (platform.refresh) t.equal(heard(await platform.refresh(stranger, unhurried())).kind, "unauthorized");
      const request = await bench.prepared();
      await simulator.close();
      t.equal(heard(await platform.check(session, unhurried())).kind, "unavailable");
      if (platform.refresh) t.equal(heard(await platform.refresh(session, unhurried())).kind, "unavailable");
      t.equal((await bench.publish(request)).kind, "unavailable", "nobody listens: nothing left");
      const lookUp = await bench.reconcile(asSent(bench, request));
      t.equal(lookUp.kind, bench.capability === "none" ? "unknown" : "unreadable");
      if (platform.verify) t.equal(heard(await platform.verify(session, id, unhurried())).kind, "unavailable");
      if (platform.measure) t.equal(heard(await platform.measure(session, [id], unhurried())).kind, "unavailable");
      const revoked = session.account.method.endsWith("Token") ? null : await platform.revoke?.(session, unhurried());
      if (revoked) t.equal(revoked.kind, "failed");
    });

    await atBench(t, row, "renews access, and works with what it got", async (bench, t) => {
      const { platform, session, heard, definition } = bench;
      if (platform.refresh === undefined || definition.refresh === null) return void t.pass("nothing to renew");
      bench.simulator.advance(definition.refresh.notBefore + 1);
      const renewed = heard(await platform.refresh(session, unhurried()));
      if (renewed.kind !== "renewed") return void t.fail(JSON.stringify(renewed));
      t.ok(renewed.expiresAt === null || renewed.expiresAt > (bench.now?.() ?? new Date()));
      const anew = { account: session.account, credentials: renewed.credentials };
      t.equal(heard(await platform.check(anew, unhurried())).kind, "alive");
    });

    await atBench(t, row, "reads back, counts and tells its quota", async (bench, t) => {
      const { platform, session, heard, definition, missingId } = bench;
      await bench.publish(await bench.prepared());
      const id = bench.simulator.publicPosts[0]?.id ?? "";
      const quota = heard(await platform.quota?.(session, unhurried()));
      if (quota?.kind === "known") t.ok(quota.used >= 0 && quota.used <= quota.total);
      if (platform.verify && missingId !== undefined) {
        t.equal(heard(await platform.verify(session, missingId, unhurried())).kind, "gone");
      }
      if (platform.measure === undefined) return;
      const asked = missingId === undefined ? [id] : [id, missingId];
      const outcome = heard(await platform.measure(session, asked, unhurried()));
      if (outcome.kind !== "measured") return void t.fail(JSON.stringify(outcome));
      t.same([...outcome.posts.keys()], [id], "what is not there is left out");
      const { values = {}, unknown = {} } = outcome.posts.get(id) ?? {};
      t.same(
        [...Object.keys(values), ...Object.keys(unknown)].toSorted(),
        [...(definition.measuring?.metrics ?? [])].toSorted(),
      );
      t.ok(Object.keys(values).every((name) => name in metrics));
    });
  });
}

/** Looks a send up: what is public is found; what is not is absent, for certain where a key or a handle is asked for. */
async function finds(
  t: Test,
  bench: WatchedBench,
  request: Parameters<WatchedBench["reconcile"]>[0],
  id: string | null,
) {
  const outcome = await bench.reconcile(request);
  const { capability } = bench;
  if (capability === "none") return t.equal(outcome.kind, "unknown");
  if (id !== null) return t.match(outcome, { kind: "present", externalId: id });
  const certain = capability === "keyed" || capability === "handle";
  const expected = { kind: "absent", ...(capability === "staged" ? {} : { certain }) };
  return t.match(outcome, expected);
}
