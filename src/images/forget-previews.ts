import { addMilliseconds, type Clock } from "../infra/clock.ts";
import type { ObjectStorage } from "../infra/storage.ts";
import { unfinishedPrefix } from "./unfinished-file.ts";

/** No picture is made for so long, in milliseconds. */
const keepFor = 60 * 60_000;

/** Removes unfinished pictures that a process left behind when it died. Answers how many. */
export async function forgetPreviews({
  storage,
  clock,
}: {
  readonly storage: ObjectStorage;
  readonly clock: Clock;
}): Promise<number> {
  const oldest = addMilliseconds(clock.now(), -keepFor);
  let removed = 0;
  for await (const { key, modifiedAt } of storage.list(unfinishedPrefix)) {
    if (modifiedAt > oldest) continue;
    await storage.delete(key);
    removed += 1;
  }
  return removed;
}
