import type { Image, SocialAccount } from "../generated/prisma/client.ts";
import type { Tx } from "../infra/db.ts";
import { NotFoundError, ValidationError, type ValidationIssue } from "../infra/errors.ts";
import { platformNamed } from "../platforms/registry.ts";
import type { PostInput } from "./post-input.ts";

/** The pictures and accounts that a post names. */
export interface PostParts {
  readonly images: ReadonlyMap<string, Image>;
  readonly accounts: ReadonlyMap<string, SocialAccount>;
}

/**
 * Finds what a post names in its workspace. Throws a `NotFoundError` for a picture or account that is foreign or missing, which look
 * alike, and a `ValidationError` for options of a platform that the account is not on.
 */
export async function findPostParts(tx: Tx, workspaceId: string, input: PostInput): Promise<PostParts> {
  const imageIds = input.images.map(({ imageId }) => imageId);
  const accountIds = input.targets.map(({ socialAccountId }) => socialAccountId);
  const images = await tx.image.findMany({ where: { workspaceId, trashedAt: null, id: { in: imageIds } } });
  refuseMissing("image", imageIds, byId(images), (index) => ["images", index, "imageId"]);
  const accounts = await tx.socialAccount.findMany({ where: { workspaceId, id: { in: accountIds } } });
  refuseMissing("social account", accountIds, byId(accounts), (index) => ["targets", index, "socialAccountId"]);
  const parts = { images: byId(images), accounts: byId(accounts) };
  const issues = wrongOptions(input, parts);
  if (issues.length > 0) throw new ValidationError(issues);
  return parts;
}

/** Throws a `NotFoundError` with the path of the first id that was not found. */
function refuseMissing(
  what: string,
  ids: readonly string[],
  found: ReadonlyMap<string, unknown>,
  path: (index: string) => readonly string[],
): void {
  const missing = ids.findIndex((id) => !found.has(id));
  if (missing !== -1) throw new NotFoundError(what, path(String(missing)));
}

const byId = <Row extends { readonly id: string }>(rows: readonly Row[]): ReadonlyMap<string, Row> =>
  new Map(rows.map((row) => [row.id, row]));

function wrongOptions({ targets }: PostInput, { accounts }: PostParts): ValidationIssue[] {
  return targets.flatMap(({ socialAccountId, options }, index): ValidationIssue[] => {
    const platform = accounts.get(socialAccountId)?.platform;
    if (!options || platform === undefined || options.platform === platform) return [];
    const [given, is] = [platformNamed(options.platform).label, platformNamed(platform).label];
    const message = `The options are ${given}'s, but the account is on ${is}. Leave them out, or give those of ${is}.`;
    return [{ path: ["targets", String(index), "options", options.platform], code: "WRONG_PLATFORM", message }];
  });
}
