/** Finds a post of ours among those that a platform lists, where it knows no key of ours. */

/** Milliseconds by which the platform's clock may be behind ours. */
const clockSkew = 2 * 60_000;

/** Milliseconds after the send at which it can still have become public. */
const slowest = 15 * 60_000;

/** Characters after which texts may be cut. */
const comparable = 200;

/** When a post may have become public that was first begun at `from` and last sent at `sentAt`. */
export const publishWindow = (from: Date, sentAt: Date) => ({
  since: new Date(Math.min(from.getTime(), sentAt.getTime()) - clockSkew),
  until: new Date(sentAt.getTime() + slowest),
});

/** Whether two texts are the same post's: platforms change line ends, spaces and how letters are composed. */
export function isSameText(one: string, other: string): boolean {
  const [left, right] = [normalised(one), normalised(other)];
  return left.join("") === right.join("") || (isCut(left, right) && head(left) === head(right));
}

const isCut = (left: readonly string[], right: readonly string[]) => Math.min(left.length, right.length) >= comparable;
const head = (text: readonly string[]) => text.slice(0, comparable).join("");

function normalised(text: string): readonly string[] {
  const plain = text.normalize("NFC").replaceAll(/[\u200b-\u200d\u2060\ufeff]/g, "");
  return [...plain.replaceAll(/\s+/gu, " ").trim()];
}
