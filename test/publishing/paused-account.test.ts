/** A paused account: nothing goes out, nothing fails, and what is resumed in time goes out after all. */
import t from "tap";
import { encodeGlobalId } from "../../src/graphql/ids.ts";
import { dispatchDueTargets } from "../../src/publishing/dispatch-due-targets.ts";
import { sweepTargets } from "../../src/publishing/sweep-targets.ts";
import { actOnAccount } from "../support/account-operations.ts";
import { openDesk, type PublishingDesk } from "../support/publishing-desk.ts";

const minute = 60_000;

async function act({ atelier, ada }: PublishingDesk, verb: "Pause" | "Resume") {
  const { id } = await atelier.services.db.socialAccount.findFirstOrThrow();
  const input = { socialAccountId: encodeGlobalId("SocialAccount", id) };
  const { socialAccount } = await (await atelier.signIn(ada)).mutate(actOnAccount(verb), input);
  if (socialAccount === undefined) throw new Error(`${verb} was refused.`);
}

/** Time passes, and a worker does what it does every minute. */
async function pass({ atelier, drain }: PublishingDesk, milliseconds: number): Promise<void> {
  atelier.clock.advance(milliseconds);
  await dispatchDueTargets(atelier.services);
  await sweepTargets(atelier.services);
  await drain();
}

t.test(
  "what comes due while its account is paused waits, says why once, and goes out in order when it is resumed",
  async (t) => {
    const desk = await openDesk(t);
    const { clock, services } = desk.atelier;
    await desk.another("one", new Date(clock.now().getTime() + minute));
    await desk.another("two", new Date(clock.now().getTime() + 2 * minute));
    await act(desk, "Pause");
    await pass(desk, 3 * minute);
    const waiting = () =>
      services.db.postTarget.findMany({
        where: { status: "SCHEDULED" },
        include: { attempts: true },
        orderBy: { scheduledAt: "asc" },
      });
    const held = await waiting();
    t.match(held, [
      {
        failureCode: "ACCOUNT_PAUSED",
        failureMessage: /ada is paused.*resumes it/,
        failureRetryable: true,
        attempts: [],
      },
      { failureCode: "ACCOUNT_PAUSED" },
    ]);
    await pass(desk, 10 * minute);
    t.equal(await sweepTargets(services), 0, "nobody is woken for nothing");
    t.same(
      (await waiting()).map(({ statusVersion }) => statusVersion),
      held.map(({ statusVersion }) => statusVersion),
      "and whoever watches hears of it once",
    );
    t.same(desk.said(), []);
    await act(desk, "Resume");
    await pass(desk, 1_000);
    await pass(desk, 1_000);
    t.same(desk.said(), ["one", "two"]);
    t.match(await services.db.postTarget.findMany({ where: { post: { caption: "one" } } }), [
      { status: "PUBLISHED", failureCode: null },
    ]);
  },
);

t.test("what is not resumed in time is missed, with the reason (I-22)", async (t) => {
  const desk = await openDesk(t);
  const { clock, services } = desk.atelier;
  const id = await desk.another("one", new Date(clock.now().getTime() + minute));
  await act(desk, "Pause");
  await pass(desk, 2 * minute);
  await pass(desk, 61 * minute);
  t.match(await services.db.postTarget.findUniqueOrThrow({ where: { id } }), {
    ...{ status: "MISSED", failureMessage: /within 60 minutes.*ada is paused/ },
  });
  await act(desk, "Resume");
  await pass(desk, minute);
  t.same(desk.said(), [], "it asks, and does not go out by itself");
});

t.test(
  "one that is being prepared when its account is paused is not sent, and tried again when it is resumed",
  async (t) => {
    const desk = await openDesk(t);
    let isPaused = false;
    desk.platform.prepare = async () => {
      if (!isPaused) await act(desk, "Pause");
      isPaused = true;
      return { kind: "ready" };
    };
    await desk.publishNow();
    await desk.drain();
    t.match(await desk.post(), { status: "SCHEDULED", targets: [{ failure: { code: "ACCOUNT_PAUSED" } }] });
    t.match(await desk.attempts(), [{ state: "REFUSED", code: "ACCOUNT_PAUSED", sentAt: null }]);
    await act(desk, "Resume");
    await pass(desk, 10_000);
    t.match(await desk.post(), { status: "PUBLISHED" });
    t.match(await desk.attempts(), [{ number: 1 }, { number: 2, state: "ACCEPTED" }]);
    t.equal(desk.platform.arrived.length, 1);
  },
);
