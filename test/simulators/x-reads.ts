/** What X tells of posts and of the account. */
import { type Asked, listed, type Reply } from "./simulated-platform.ts";
import { day, keyOf, onlyKnown, typed, type XPost, type XState } from "./x-state.ts";
import { shownByX, weighedByX } from "./x-text.ts";

/** The reading half of the simulator. */
export function xReads(state: XState) {
  const { user, server, posts, base, age, offend } = state;
  const shown = ({ id, text, media }: XPost) =>
    shownByX(text, id, { page: `https://x.com/${user.username}/status/${id}/photo/1`, keys: media.map(keyOf) });

  /** A post with the fields that were asked for. */
  const tell = (each: XPost, wanted: readonly string[]) => {
    const { text, entities } = shown(each);
    const long = weighedByX(each.text) > 280;
    const counted = { like_count: 4, reply_count: 1, quote_count: 0, bookmark_count: 3, impression_count: 120 };
    const renamed = server.naming === "post";
    const all: Record<string, unknown> = {
      created_at: each.at.toISOString(),
      entities,
      ...(long && { [renamed ? "note_post" : "note_tweet"]: { text, entities } }),
      ...(each.media.length > 0 && !server.hidesMedia && { attachments: { media_keys: each.media.map(keyOf) } }),
      public_metrics: { ...counted, [renamed ? "repost_count" : "retweet_count"]: 2 },
      ...(age(each.at) <= 30 * day && {
        non_public_metrics: { url_link_clicks: 5, user_profile_clicks: 6, engagements: 9 },
      }),
    };
    const asked = Object.entries(all).filter(([name]) => wanted.includes(name.replace("note_post", "note_tweet")));
    return { id: each.id, text: long ? `${text.slice(0, 200)}…` : text, ...Object.fromEntries(asked) };
  };
  const fieldsOf = (query: URLSearchParams) => {
    const names = (query.get("tweet.fields") ?? "").split(",").filter((name) => name !== "");
    const known = [
      "created_at",
      "text",
      "entities",
      "attachments",
      "note_tweet",
      "public_metrics",
      "non_public_metrics",
    ];
    for (const name of names) if (!known.includes(name)) offend(`an unknown field ${name}`);
    return names;
  };

  const list = ({ query }: Asked): Reply => {
    onlyKnown(state, query, ["max_results", "exclude", "start_time", "end_time", "tweet.fields", "pagination_token"]);
    const size = Number(query.get("max_results") ?? 10);
    const since = query.get("start_time") ?? "";
    if (!(size >= 5 && size <= 100) || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(since))
      offend(`a list of ${size} since ${since}`);
    const all = posts.filter(({ at }) => listed(base(), at) && at.getTime() >= Date.parse(since)).toReversed();
    const from = Number(query.get("pagination_token") ?? 0);
    const page = all.slice(from, from + size);
    const next = from + size < all.length ? { next_token: String(from + size) } : {};
    const data = page.map((each) => tell(each, fieldsOf(query)));
    return { status: 200, body: { ...(data.length > 0 && { data }), meta: { result_count: page.length, ...next } } };
  };

  const missing = (id: string) => ({
    ...{ value: id, resource_id: id, resource_type: "tweet", parameter: "id", title: "Not Found Error" },
    ...{ detail: `Could not find tweet with id: [${id}].`, ...typed("resource-not-found") },
  });
  const several = ({ query }: Asked): Reply => {
    onlyKnown(state, query, ["ids", "tweet.fields"]);
    const ids = (query.get("ids") ?? "").split(",");
    if (ids.length > 100) offend(`${ids.length} posts at once`);
    const wanted = fieldsOf(query);
    const found = posts.filter(({ id }) => ids.includes(id));
    const owned = wanted.includes("non_public_metrics");
    if (owned && found.some(({ at }) => age(at) > 30 * day)) offend("an old post's own numbers");
    const errors = ids.filter((id) => !found.some((each) => each.id === id)).map(missing);
    const data = found.map((each) => tell(each, wanted));
    return { status: 200, body: { ...(data.length > 0 && { data }), ...(errors.length > 0 && { errors }) } };
  };
  const one = (id: string, query: URLSearchParams): Reply => {
    const found = posts.find((each) => each.id === id);
    if (found === undefined) return { status: 200, body: { errors: [missing(id)] } };
    return { status: 200, body: { data: tell(found, fieldsOf(query)) } };
  };
  const me = ({ query }: Asked): Reply => {
    onlyKnown(state, query, ["user.fields"]);
    return { status: 200, body: { data: { ...user } } };
  };

  return { shown, list, several, one, me };
}
