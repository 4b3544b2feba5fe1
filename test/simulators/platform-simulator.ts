/** What every simulator of a social network can do for a test. */

/** Trouble on the call that makes a post public, unless a simulator says more. */
export type PlatformFault =
  /** The connection ends before anything is read: no effect. */
  | { readonly kind: "refuse" }
  /** Answered 500 without any effect. */
  | { readonly kind: "error-before-effect" }
  /** The post becomes public, then the connection is cut. */
  | { readonly kind: "drop-after-effect" }
  /** The post becomes public, then 500 is answered. */
  | { readonly kind: "error-after-effect" }
  /** The post becomes public, and no answer comes. */
  | { readonly kind: "hang-after-effect" }
  /** The post becomes public, and the 200 that says so cannot be read (an HTML page). */
  | { readonly kind: "garbage-after-effect" }
  /** A platform's own 429 (or what it uses for it); null leaves out when to come back. */
  | { readonly kind: "rate-limit"; readonly retryAfterSeconds: number | null }
  /** Access has ended, as the platform says it. */
  | { readonly kind: "unauthorized" }
  /** The content is refused, as the platform says it. */
  | { readonly kind: "refuse-content" }
  /** For so many milliseconds of the simulator's clock lists do not show what was made after this. */
  | { readonly kind: "stale-lists"; readonly milliseconds: number };

/** What the public sees, in the order in which it appeared. Append-only: the judge of what went out. */
export interface PublicPost {
  readonly id: string;
  readonly text: string;
  readonly images: number;
  readonly altTexts: readonly (string | null)[];
  readonly at: Date;
}

/** A running simulator. */
export interface PlatformSimulator {
  /** Where it answers: the base of the platform's addresses. */
  readonly url: string;
  readonly publicPosts: readonly PublicPost[];
  /** How often the irreversible call arrived, whatever became of it. */
  readonly irreversibleCalls: number;
  /** How often a reversible step made something: uploads, containers. Absent where there are no such steps. */
  readonly reversibleCalls?: number;
  /** Requests that broke the platform's rules (unknown parameters, wrong headers, order); empty when all were right. */
  readonly offences: readonly string[];
  /** The next `times` irreversible calls (default: one) meet this. */
  arm(fault: PlatformFault, times?: number): void;
  /** Its clock moves on: containers expire, quotas come back, lists catch up. */
  advance(milliseconds: number): void;
  close(): Promise<void>;
}
