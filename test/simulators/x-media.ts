/** Pictures at X: uploaded, described, worked on. */
import { z } from "zod";
import { sharp } from "../../src/infra/sharp.ts";
import { type Asked, jsonOf, type Reply } from "./simulated-platform.ts";
import { day, invalid, keyOf, onlyKnown, problem, type XState, type XUpload } from "./x-state.ts";

const description = z.strictObject({
  id: z.string(),
  metadata: z.strictObject({ alt_text: z.strictObject({ text: z.string().min(1).max(1_000) }) }),
});

/** The media half of the simulator. */
export function xMedia(state: XState) {
  const { server, uploads, base, nextId, age, offend } = state;
  const upload = async ({ headers, body }: Asked): Promise<Reply> => {
    const type = headers["content-type"] ?? "";
    if (!type.startsWith("multipart/form-data")) return invalid({ media: [] }, "media is required");
    const form = await new Response(new Uint8Array(body), { headers: { "content-type": type } }).formData();
    const file = form.get("media");
    const strange = [...form.keys()].filter((name) => !["media", "media_category", "media_type"].includes(name));
    if (strange.length > 0 || form.get("media_category") !== "tweet_image")
      offend(`an upload with ${[...form.keys()].join()}`);
    if (!(file instanceof File)) return invalid({ media: [] }, "media is required");
    if (file.size > 5_242_880) return invalid({ media: [] }, "File size exceeds 5242880 bytes.");
    const { format, width, height } = await sharp(Buffer.from(await file.arrayBuffer())).metadata();
    if (!["jpeg", "png", "webp"].includes(format) || `image/${format}` !== form.get("media_type")) {
      return invalid({ media_type: [String(form.get("media_type"))] }, "The media type does not match the file.");
    }
    base().reversibleCalls += 1;
    const made: XUpload = { id: nextId(), at: base().clock.now(), polls: server.processing, alt: null };
    uploads.set(made.id, made);
    const image = { image_type: `image/${format}`, w: width, h: height };
    return { status: 200, body: { data: { ...mediaOf(made), size: file.size, expires_after_secs: 86_400, image } } };
  };
  const mediaOf = ({ id, polls }: XUpload) => {
    const failed = { state: "failed", error: { code: 1, name: "InvalidMedia" } };
    const info = polls < 0 ? failed : { state: "in_progress", check_after_secs: 5, progress_percent: 50 };
    return { id, media_key: keyOf(id), ...(polls !== 0 && { processing_info: info }) };
  };
  const alive = (id: string | null) => {
    const found = uploads.get(id ?? "");
    return found !== undefined && age(found.at) < day ? found : null;
  };

  const status = ({ query }: Asked): Reply => {
    onlyKnown(state, query, ["command", "media_id"]);
    const found = alive(query.get("media_id"));
    if (query.get("command") !== "STATUS" || found === null) return problem(404, "Not Found", "Media not found.");
    if (found.polls > 0) found.polls -= 1;
    const done = { processing_info: { state: "succeeded", progress_percent: 100 } };
    return { status: 200, body: { data: { ...(found.polls === 0 && done), ...mediaOf(found) } } };
  };

  const describe = (asked: Asked): Reply => {
    const wanted = description.safeParse(jsonOf(asked)).data;
    const found = alive(wanted?.id ?? null);
    if (wanted === undefined || found === null) return invalid({ id: [] }, "The media or its text is invalid.");
    found.alt = wanted.metadata.alt_text.text;
    return { status: 200, body: { data: { id: found.id, associated_metadata: wanted.metadata } } };
  };

  return { upload, status, describe, alive };
}
