import fc from "fast-check";
import t from "tap";
import type { ImageRules } from "../../src/platforms/rules.ts";
import { fitPicture } from "../../src/posts/fit-picture.ts";
import { sentFocus } from "../../src/posts/sent-focus.ts";
import { mastodonSimulator } from "../simulators/mastodon.ts";
import { createTestClock } from "../support/clock.ts";
import { openSignInDesk } from "../support/sign-in-desk.ts";
import { approvedImages, operations } from "../support/studio.ts";

const rules: ImageRules = {
  ...{ min: 1, max: 10, mimes: ["image/jpeg"], maxBytes: 8_000_000, maxWidth: 1_440, maxHeight: null, minWidth: 320 },
  ...{ ratio: { min: 0.8, max: 1.91 }, oneRatio: false },
};
const stored = (width: number, height: number, focus: { x: number; y: number }) => ({
  ...{ mime: "image/png", bytes: 1_000, width, height, dominantColour: "#808080", focus },
});
const specOf = (picture: ReturnType<typeof stored>, fit: "CROP" | "PAD" | null) => {
  const fitted = fitPicture(picture, rules, { fit, label: "A platform", firstRatio: null });
  return fitted.kind === "made-over" ? fitted.spec : null;
};

t.test("a focus moves with what is cut off or added, and the middle need not be said", async (t) => {
  t.equal(sentFocus(stored(800, 800, { x: 0.5, y: 0.5 }), null), null);
  t.same(sentFocus(stored(800, 800, { x: 0.2, y: 0.9 }), null), { x: 0.2, y: 0.9 });
  const wide = stored(4_000, 1_000, { x: 0.25, y: 0.5 });
  t.same(sentFocus(wide, specOf(wide, null)), { x: 0.25, y: 0.5 }, "made smaller it stays where it is");
  // A crop of 1,910 whose middle is the focus: it lies in the middle of what is left.
  const cropped = sentFocus(wide, specOf(wide, "CROP"));
  t.ok(Math.abs((cropped?.x ?? 0) - 0.5) < 0.001, String(cropped?.x));
  // Padded to 1.91, the picture keeps its width and lies on the middle of a higher canvas.
  const high = { ...wide, focus: { x: 0.25, y: 0 } };
  const padded = sentFocus(high, specOf(high, "PAD"));
  t.equal(padded?.x, 0.25);
  t.ok(Math.abs((padded?.y ?? 0) - (1 - 1.91 / 4) / 2) < 0.01, String(padded?.y));
});

t.test("a focus is always a point of the picture that is sent", async (t) => {
  const side = fc.integer({ min: 100, max: 8_000 });
  const part = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(side, side, part, part, fc.constantFrom("CROP", "PAD"), (width, height, x, y, fit) => {
      const picture = stored(width, height, { x, y });
      const point = sentFocus(picture, specOf(picture, fit));
      return point === null || [point.x, point.y].every((value) => value >= 0 && value <= 1);
    }),
  );
  t.pass();
});

t.test("Mastodon is told the focus that somebody chose, and none where nobody did", async (t) => {
  const simulator = await mastodonSimulator(t, createTestClock());
  const desk = await openSignInDesk(t, {});
  const { atelier, ada } = desk;
  const fields = { server: simulator.url, accessToken: simulator.token };
  const { socialAccount } = await ada.mutate(operations.connect, { account: { mastodonToken: fields } });
  const [chosen, plain] = await approvedImages(atelier, ada, 2);
  const { post } = await ada.mutate(operations.create, {
    ...{ caption: "A boat.", targets: [{ socialAccountId: socialAccount.id }], schedule: { now: true } },
    images: [{ imageId: chosen, focus: { x: 0.25, y: 1 } }, { imageId: plain }],
  });
  await atelier.drain();
  const { data } = await ada.request(`query ($id: ID!) { node(id: $id) { ... on Post { status } } }`, { id: post.id });
  t.equal(data.node.status, "PUBLISHED");
  t.same(
    [...simulator.uploads.values()].map(({ focus }) => focus),
    ["-0.500,-1.000", null],
  );
  t.same(simulator.offences, []);
});
