import t from "tap";
import { openScheduleDesk, review } from "../support/schedule-desk.ts";
import { operations } from "../support/studio.ts";

t.test(
  "every Monday at 09:00 in Paris, through the night in which clocks change: generated, reviewed, published",
  async (t) => {
    const desk = await openScheduleDesk(t, { pictures: 0, builtInPlatforms: true });
    const { atelier, accountId } = desk;
    const connected = await (await desk.ada()).mutate(operations.connect, {
      account: { sandbox: { handle: "trial" } },
    });
    const { id } = await desk.create({
      name: "Boats on Mondays",
      recurrence: { rule: { text: "FREQ=WEEKLY;BYDAY=MO", firstAt: "2027-03-22T09:00" } },
      captionTemplate: "Boat {counter}: {weekday}, {date}, in {season}.",
      targets: [
        { socialAccountId: accountId },
        { socialAccountId: connected.socialAccount.id, captionTemplate: "Trial {counter}." },
      ],
      pictures: { generate: { promptTemplate: "boat {counter}, {season} of {year}" } },
    });

    // The second Monday is an hour earlier for everybody who does not live by the clocks of Paris.
    const mondays = [
      { due: "2027-03-22T08:00:00.000Z", caption: "Boat 1: Monday, March 22, 2027, in spring." },
      { due: "2027-03-29T07:00:00.000Z", caption: "Boat 2: Monday, March 29, 2027, in spring." },
      { due: "2027-04-05T07:00:00.000Z", caption: "Boat 3: Monday, April 5, 2027, in spring." },
    ];
    for (const [index, { due, caption }] of mondays.entries()) {
      const before = (minutes: number) => new Date(new Date(due).getTime() - minutes * 60_000).toISOString();
      await desk.at(before(2 * 24 * 60 + 1));
      t.equal((await desk.dates(id))[index].state, "PLANNED", "more than two days before, nothing is made");
      await desk.at(before(2 * 24 * 60));
      const awaiting = (await desk.dates(id))[index];
      t.match(awaiting, { state: "AWAITING_PICTURE", at: due, kind: "NORMAL", post: null });
      await desk.at(before(20 * 60));
      await review(await desk.ada(), awaiting.image.id, "APPROVE");
      await desk.at(before(20 * 60 - 1));
      const scheduled = (await desk.dates(id))[index];
      t.match(scheduled, { state: "POSTED", post: { status: "SCHEDULED", caption } });
      await desk.at(before(1));
      t.equal((await desk.dates(id))[index].post.status, "SCHEDULED", "a minute before, it is not out");
      await desk.at(due);
      const out = (await desk.dates(id))[index];
      t.match(out.post, { status: "PUBLISHED", targets: [{ scheduledAt: due }, { scheduledAt: due }] });
    }

    const feed = await atelier.app.inject({ method: "GET", url: "/showcase/ada/feed.atom" });
    for (const { caption } of mondays) t.match(feed.body, caption);
    const trial = await atelier.services.db.sandboxPost.findMany({ orderBy: { createdAt: "asc" } });
    t.same(
      trial.map(({ caption }) => caption),
      ["Trial 1.", "Trial 2.", "Trial 3."],
    );
    t.same(
      await desk.notices(),
      ["AT_RISK", "AT_RISK", "AT_RISK"],
      "each Monday one reminder, before somebody approved",
    );
  },
);
