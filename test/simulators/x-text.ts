/** How X shows a text: every address through t.co, a link to the post's own pictures behind it, and as HTML. */
import twitter from "twitter-text";

/** A text as answers hold it. */
interface ShownText {
  readonly text: string;
  readonly entities: { readonly urls: readonly object[] };
}

/** A post's own pictures, as far as its text tells of them. */
interface OwnPictures {
  readonly page: string;
  readonly keys: readonly string[];
}

/** Counts as X does, by its own open library. */
export const weighedByX = (text: string): number => twitter.parseTweet(text).weightedLength;

const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** Rewrites a text. `id` makes its short addresses differ from those of other posts. */
export function shownByX(text: string, id: string, { page, keys }: OwnPictures): ShownText {
  const urls: object[] = [];
  const short = () => `https://t.co/${id.slice(-8)}${String(urls.length).padStart(2, "0")}`;
  const composed = text.normalize("NFC");
  let shown = "";
  let from = 0;
  for (const { url, indices } of twitter.extractUrlsWithIndices(composed)) {
    const link = short();
    shown += escaped(composed.slice(from, indices[0])) + link;
    const whole = /^https?:/i.test(url) ? url : `http://${url}`;
    urls.push({ url: link, expanded_url: whole, display_url: url.replace(/^https?:\/\//i, "").slice(0, 26) });
    from = indices[1];
  }
  shown += escaped(composed.slice(from));
  if (keys.length === 0) return { text: shown, entities: { urls } };
  const link = short();
  for (const key of keys)
    urls.push({ url: link, expanded_url: page, display_url: `pic.x.com/${id.slice(-6)}`, media_key: key });
  return { text: `${shown}${shown === "" ? "" : " "}${link}`, entities: { urls } };
}
