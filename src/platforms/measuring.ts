/** What platforms count about a post. */

/** Everything that some platform counts, with what it means. */
export const metrics = {
  VIEWS: "How often it was shown.",
  REACH: "How many people saw it.",
  LIKES: "Likes, favourites and other reactions.",
  COMMENTS: "Comments and replies.",
  SHARES: "Shares, reposts and boosts.",
  QUOTES: "Posts that quote it.",
  SAVES: "Saves and bookmarks.",
  CLICKS: "Clicks on it.",
  LINK_CLICKS: "Clicks on its links.",
  PROFILE_VISITS: "Visits to the profile that came from it.",
  FOLLOWS: "Follows that came from it.",
} as const;

/** The name of a metric. */
export type Metric = keyof typeof metrics;

/** Numbers of one post. A metric that is missing in `values` is not known, which is never zero; `unknown` says why. */
export interface Measurement {
  readonly values: Partial<Readonly<Record<Metric, number>>>;
  readonly unknown: Partial<Readonly<Record<Metric, string>>>;
}

/** How asking for numbers ended. A post that is missing in `posts` was not found. */
export type MeasureOutcome =
  | { readonly kind: "measured"; readonly posts: ReadonlyMap<string, Measurement> }
  | { readonly kind: "unauthorized"; readonly message: string }
  | { readonly kind: "rate-limited"; readonly retryAt: Date | null; readonly message: string }
  | { readonly kind: "unavailable"; readonly message: string };
