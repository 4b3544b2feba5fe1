import { v7 as newId } from "uuid";
import { z } from "zod";
import type { Config } from "../../config.ts";
import type { Transact } from "../../infra/db.ts";
import { ValidationError } from "../../infra/errors.ts";
import { idempotencyKey, once } from "../../infra/idempotency.ts";
import { parseInput } from "../../infra/parse-input.ts";
import { type Actor, requireMember } from "../../workspaces/require-member.ts";
import { tagNames } from "../tags/tag-name.ts";
import { createIntake } from "./create-intake.ts";

const wanted = z.object({
  workspaceId: z.uuid(),
  url: z.string().trim().max(2_048, "The address is longer than 2,048 characters."),
  tags: tagNames.default([]),
  idempotencyKey: idempotencyKey.nullish(),
});

const imported = z.object({ imageId: z.uuid() });

/**
 * Asks for a picture from elsewhere: writes its row (PENDING), job and event in one transaction; a worker fetches it. Throws a
 * `ValidationError` for what is no web address, a `NotFoundError` for a foreign workspace, a `ForbiddenError` for a role that
 * makes no pictures, a `ConflictError` for too many tags, an `IdempotencyKeyReusedError` for a key that came with other input before.
 */
export async function importImage(
  { transact, config }: { readonly transact: Transact; readonly config: Pick<Config, "OUTBOUND_ALLOW_HTTP"> },
  viewer: Actor,
  unchecked: z.input<typeof wanted>,
): Promise<{ imageId: string }> {
  const { workspaceId, url, tags, idempotencyKey: key = null } = parseInput(wanted, unchecked);
  const sourceUrl = readAddress(url, config.OUTBOUND_ALLOW_HTTP);
  return transact(async (tx) => {
    await requireMember(tx, viewer, { workspaceId, permission: "images:create" });
    const request = {
      userId: viewer.userId,
      operation: "importImage",
      key,
      input: { workspaceId, url: sourceUrl, tags },
    };
    return once(tx, request, imported, async () => {
      const picture = { id: newId(), title: null, sourceUrl };
      const intake = {
        workspaceId,
        createdById: viewer.userId,
        origin: "IMPORTED" as const,
        pictures: [picture],
        tags,
      };
      await createIntake(tx, intake);
      return { imageId: picture.id };
    });
  });
}

/** The address as it is fetched. Whether it may be reached is judged when it is: names can change their mind until then. */
function readAddress(text: string, allowHttp: boolean): string {
  const url = URL.parse(text);
  const schemes = allowHttp ? ["https:", "http:"] : ["https:"];
  if (url === null || !schemes.includes(url.protocol)) {
    const message = `This is no ${allowHttp ? "web" : "https"} address. Give a full one, such as https://example.org/picture.jpg.`;
    throw new ValidationError([{ path: ["url"], code: "INVALID", message }]);
  }
  if (url.username !== "" || url.password !== "") {
    const message = "The address holds a user name or password. Leave them out: the address is kept with the picture.";
    throw new ValidationError([{ path: ["url"], code: "INVALID", message }]);
  }
  url.hash = "";
  return url.href;
}
