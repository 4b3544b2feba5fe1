import { z } from "zod";

/** Longer than what any platform takes, of which Facebook takes most. */
const caption = z.string().max(70_000, "The caption is longer than 70,000 characters.");
const altText = z.string().trim().max(5_000, "The alt text is longer than 5,000 characters.");
const share = z
  .number()
  .min(0, "The focus lies left of or above the picture.")
  .max(1, "The focus lies outside the picture: 1 is its right or lower end.");

/** What somebody writes in a post, as clients say it. */
export const postInput = z.object({
  caption,
  images: z
    .array(
      z.object({
        imageId: z.uuid(),
        altText: altText.nullish(),
        focus: z.object({ x: share, y: share }).nullish(),
      }),
    )
    .max(20, "A post takes at most 20 pictures."),
  targets: z
    .array(
      z.object({
        socialAccountId: z.uuid(),
        caption: caption.nullish(),
        options: z
          .object({
            platform: z.string(),
            values: z.record(z.string(), z.union([z.boolean(), z.string(), z.array(z.string())])),
          })
          .nullish(),
        fit: z.enum(["CROP", "PAD"]).nullish(),
        at: z.date().nullish(),
      }),
    )
    .min(1, "The post has no target. Name at least one social account.")
    .max(50, "A post takes at most 50 targets."),
});

/** What somebody wrote, checked. */
export type PostInput = z.output<typeof postInput>;

/** Refuses a picture or an account that is named twice. For `superRefine`, after the shape is right. */
export function refuseDoubles({ images, targets }: PostInput, context: z.core.$RefinementCtx): void {
  const doubles = (ids: readonly string[]) => ids.flatMap((id, index) => (ids.indexOf(id) < index ? [index] : []));
  const refuse = (path: (string | number)[], message: string) =>
    context.addIssue({ code: "custom", path, message, params: { code: "DUPLICATE" } });
  for (const index of doubles(images.map(({ imageId }) => imageId))) {
    refuse(["images", index], "The same picture is named twice.");
  }
  for (const index of doubles(targets.map(({ socialAccountId }) => socialAccountId))) {
    refuse(["targets", index], "The same account is named twice.");
  }
}

/** The columns of a post's pictures. */
export const imageRows = ({ images }: PostInput) =>
  images.map(({ imageId, altText: alt, focus }, position) => ({
    ...{ position, imageId, altText: alt ?? null, focusX: focus?.x ?? null, focusY: focus?.y ?? null },
  }));

/** The columns of a post's targets. */
export const targetRows = ({ targets }: Pick<PostInput, "targets">) =>
  targets.map(({ socialAccountId, caption: own, options, fit, at }, position) => ({
    ...{ position, socialAccountId, caption: own ?? null, fit: fit ?? null, plannedAt: at ?? null },
    options: { ...options?.values },
  }));
