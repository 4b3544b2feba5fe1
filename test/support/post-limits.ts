/** What each platform takes at most, and a desk at which validating and scheduling are asked about the same content. */
import type { Test } from "tap";
import { v7 } from "uuid";
import { encodeGlobalId } from "../../src/graphql/ids.ts";
import type { PlatformDefinition } from "../../src/platforms/platform.ts";
import { platforms } from "../../src/platforms/registry.ts";
import { openAtelier } from "./atelier.ts";
import { standInProvider } from "./stand-ins.ts";
import * as studio from "./studio.ts";

export const validate = `query ($input: ValidatePostInput!) { validatePost(input: $input) { isValid issues { path code message } } }`;
const post = "post { status targets { status } }";
const errors = "__typename ... on Error { message } ... on ValidationError { issues { path code message } }";
export const schedule = `mutation ($input: SchedulePostInput!) { schedulePost(input: $input) { ${errors}
  ... on ImageNotApprovedError { imageIds } ... on SchedulePostSuccess { ${post} } } }`;

export interface Issue {
  readonly path: readonly string[];
  readonly code: string;
  readonly message: string;
}

/** What one platform takes at most, in texts and pictures that are exactly as much. */
export interface Limits {
  readonly label: string;
  /** The longest caption: written so that the platform's own counting matters. */
  readonly caption: string;
  readonly captionMax: number;
  /** What is counted; "characters" where absent. */
  readonly unit?: string;
  readonly images: number;
  /** 1 where absent. */
  readonly fewest?: number;
  /** 0: it takes none, and leaves out what is written. */
  readonly alt: number;
  readonly method: string;
  readonly details?: Readonly<Record<string, string>>;
}

const flag = "🇩🇪";
const written: Readonly<Record<string, Limits>> = {
  // Two code points a flag: Instagram counts them both, readers see one.
  instagram: {
    label: "Instagram",
    caption: flag.repeat(1_100),
    captionMax: 2_200,
    images: 10,
    alt: 1_000,
    method: "instagram",
  },
  facebook: {
    label: "Facebook",
    caption: "x".repeat(63_206),
    captionMax: 63_206,
    images: 10,
    alt: 1_000,
    method: "facebook",
  },
  // As a reader sees them: one flag is one.
  bluesky: { label: "Bluesky", caption: flag.repeat(300), captionMax: 300, images: 4, alt: 2_000, method: "bluesky" },
  mastodon: {
    // An address counts 23, however long it is.
    ...{ label: "Mastodon", caption: `https://example.org/${"y".repeat(400)} ${"x".repeat(476)}`, captionMax: 500 },
    ...{ images: 4, alt: 1_500, method: "mastodonToken", details: { server: "https://m.example", accountId: "1" } },
  },
  showcase: {
    label: "Showcase",
    caption: "🚢".repeat(5_000),
    captionMax: 5_000,
    images: 10,
    alt: 1_500,
    method: "showcase",
  },
};

/** What a platform says of itself, for those without a line of their own. */
function declared({ label, rules, methods }: PlatformDefinition): Limits {
  const { caption, images, altText } = rules;
  const method = methods[0]?.name ?? "";
  const text = "x".repeat(caption.max);
  const counted = { captionMax: caption.max, unit: caption.unit, images: images.max, fewest: images.min };
  return { label, caption: text, ...counted, alt: altText.max, method };
}

export const limits: Readonly<Record<string, Limits>> = Object.fromEntries(
  platforms.map((platform) => [platform.name, written[platform.name] ?? declared(platform)]),
);

const environment = {
  ...{ PUBLIC_URL: "https://atelier.example.org", SANDBOX_ENABLED: "true" },
  ...{ FACEBOOK_APP_ID: "123456789012345", FACEBOOK_APP_SECRET: "a-secret-of-tests" },
};

export async function openLimitsDesk(t: Test, count = 1, more: Readonly<Record<string, string>> = {}) {
  const atelier = await openAtelier(t, { providers: standInProvider(), environment: { ...environment, ...more } });
  const ada = await atelier.signUp("Ada");
  const { db } = atelier.services;
  const imageIds: string[] = [];
  while (imageIds.length < count) {
    imageIds.push(...(await studio.approvedImages(atelier, ada, Math.min(4, count - imageIds.length))));
  }
  const workspaceId = studio.rowIdOf(await studio.personalWorkspace(ada));
  const account = async (platform: string, { method, details = {} }: Limits, of = workspaceId) => {
    const id = v7();
    const data = { id, workspaceId: of, platform, method, details, remoteId: id, handle: "ada", name: "Ada" };
    await db.socialAccount.create({ data });
    return encodeGlobalId("SocialAccount", id);
  };
  /** What `validatePost` and `schedulePost` say of the same content. They must agree, and scheduling must write nothing. */
  const judge = async (t: Test, content: Readonly<Record<string, unknown>>, why: string): Promise<readonly Issue[]> => {
    const { data } = await ada.request(validate, { input: { content } });
    const { isValid, issues } = data.validatePost;
    const { post: draft } = await ada.mutate(studio.operations.create, content);
    const before = await studio.fingerprint(atelier);
    const at = new Date(atelier.clock.now().getTime() + 3_600_000).toISOString();
    const scheduled = await ada.mutate(schedule, { postId: draft.id, schedule: { at }, allowDuplicate: true });
    if (isValid) t.match(scheduled, { post: { status: "SCHEDULED" } }, why);
    else {
      t.same(scheduled.issues, issues, `${why}: scheduling says the same`);
      t.same(await studio.fingerprint(atelier), before, `${why}: nothing was written`);
    }
    return issues;
  };
  return { atelier, ada, db, imageIds, account, judge };
}
