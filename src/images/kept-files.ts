import type { Platform } from "../platforms/platform.ts";

/** Of these hashes those whose files a platform still shows by itself, whatever became of the picture's row. */
export async function keptFiles(
  platforms: ReadonlyMap<string, Platform>,
  hashes: readonly string[],
): Promise<ReadonlySet<string>> {
  if (hashes.length === 0) return new Set();
  const kept = await Promise.all([...platforms.values()].map(async (platform) => platform.keptFiles?.(hashes) ?? []));
  return new Set(kept.flat());
}
