import fc from "fast-check";
import t from "tap";
import type { PlatformDefinition } from "../../src/platforms/platform.ts";
import { platforms } from "../../src/platforms/registry.ts";
import { showcase } from "../../src/platforms/showcase/platform.ts";
import { contentIssues } from "../../src/posts/check-content.ts";
import type { TargetWithContent } from "../../src/posts/post-content.ts";

const image = {
  ...{
    sha256: "0".repeat(64),
    extension: "png",
    mime: "image/png",
    bytes: 1_000,
    width: 64,
    height: 64,
    dominantColour: "#808080",
  },
  ...{ altText: null, title: null, provenance: null },
};

const services = { config: { PUBLIC_URL: "https://atelier.example.org" }, platforms: new Set(["showcase"]) };

/** A target in every respect fit for the showcase, but for what is changed. */
function target(change: {
  caption?: string;
  own?: string | null;
  images?: readonly Partial<typeof image>[];
  altText?: string | null;
  state?: string;
  position?: number;
}): TargetWithContent {
  const { caption = "A boat.", own = null, images = [{}], altText = null, state = "ACTIVE", position = 0 } = change;
  const pictures = images.map((facts, at) => ({
    position: at,
    altText,
    focusX: null,
    focusY: null,
    image: { ...image, ...facts },
  }));
  const socialAccount = { platform: "showcase", handle: "ada", state, method: "showcase", details: {} };
  return {
    position,
    caption: own,
    options: {},
    fit: null,
    post: { caption, images: pictures },
    socialAccount,
  } as unknown as TargetWithContent;
}

const found = (change: Parameters<typeof target>[0]) =>
  contentIssues(services, target(change)).map(({ path, code }) => `${path.join(".")} ${code}`);

t.test("what is fit has no issue", async (t) => {
  t.same(found({}), []);
  t.same(found({ caption: "", state: "EXPIRING", images: Array.from({ length: 10 }, () => ({})) }), []);
  t.same(found({ caption: "🚢".repeat(5_000) }), [], "characters are counted as people count them");
});

t.test("each fault is told at its place, all of them at once", async (t) => {
  t.same(found({ caption: "🚢".repeat(5_001), position: 3 }), ["targets.3.caption TOO_LONG"]);
  t.same(found({ caption: "x".repeat(5_001), own: "" }), [], "an account's own caption counts, even an empty one");
  t.same(found({ images: [] }), ["images TOO_FEW"]);
  t.same(found({ images: Array.from({ length: 11 }, () => ({})) }), ["images TOO_MANY"]);
  t.same(found({ images: [{}, { mime: "image/gif" }] }), [], "another format is made over");
  t.same(found({ altText: "x".repeat(1_501) }), ["images.0.altText TOO_LONG"]);
  for (const state of ["NEEDS_RECONNECT", "PAUSED", "DISCONNECTED"])
    t.same(found({ state }), ["targets.0 ACCOUNT_NOT_USABLE"]);
  t.same(found({ state: "PAUSED", caption: "x".repeat(5_001), images: [] }), [
    "targets.0 ACCOUNT_NOT_USABLE",
    "targets.0.caption TOO_LONG",
    "images TOO_FEW",
  ]);
});

t.test("every message says what was found and what is allowed", async () => {
  fc.assert(
    fc.property(fc.nat(20), fc.nat(20_000), fc.nat(4_000), (pictures, caption, alt) => {
      const change = {
        images: Array.from({ length: pictures }, () => ({})),
        caption: "x".repeat(caption),
        altText: "y".repeat(alt),
      };
      const issues = contentIssues(services, target(change));
      const broken = caption > 5_000 || pictures < 1 || pictures > 10 || alt > 1_500;
      return issues.length > 0 === broken && issues.every(({ message }) => /\d/.test(message));
    }),
  );
});

t.test("a platform that needs alt texts is not sent a picture without one", async (t) => {
  const rules = { ...showcase.rules, altText: { required: true, max: 10 } };
  (platforms as PlatformDefinition[]).push({ ...showcase, name: "plaque", label: "Plaque", rules });
  const open = { ...services, platforms: new Set(["plaque"]) };
  const issues = (altText: string | null) => {
    const content = target({ altText });
    return contentIssues(open, { ...content, socialAccount: { ...content.socialAccount, platform: "plaque" } });
  };
  t.same(issues("A boat."), []);
  for (const altText of [null, "", "  \n"]) {
    t.same(issues(altText), [
      {
        ...{ path: ["images", "0", "altText"], code: "EMPTY" },
        message: "Plaque needs a text that says what the picture shows.",
      },
    ]);
  }
  t.match(issues("eleven char"), [{ path: ["images", "0", "altText"], code: "TOO_LONG", message: /11.*at most 10/ }]);
});
