/** What the contract suite needs to know about a provider. */
import type { Test } from "tap";
import type { FailureClass } from "../../src/image-providers/failure-class.ts";
import type { ImageProvider } from "../../src/image-providers/provider.ts";
import type { Arrival } from "../simulators/loopback.ts";

/** An opened provider and the simulated API behind it. */
export interface ContractSubject {
  readonly provider: ImageProvider;
  /** What must never be seen; null where the provider has no key. */
  readonly key: string | null;
  /** What arrived at the API, in order. */
  readonly arrivals: readonly Arrival[];
}

/** One provider of the suite. Troubles are words that its simulator understands in a prompt: `a boat sim:drop`. */
export interface ContractRow {
  readonly name: string;
  /** Opens it against a simulator of its own. */
  open(t: Test): Promise<ContractSubject>;
  /** Opens it against an address where nobody listens; absent for providers without a network. */
  openUnreachable?(): ImageProvider;
  /** The class of each trouble that its API makes. */
  readonly failures: Readonly<Record<string, FailureClass>>;
  /** Seconds that the outcome of a trouble names; null for none. */
  readonly waits: Readonly<Record<string, number | null>>;
  /** Whether an arrival is the one that asks for the picture; absent where there are no others. */
  readonly asksForPicture?: (arrival: Arrival) => boolean;
  /** Whether nothing that it makes ever costs. */
  readonly free?: true;
  /** Where bad weather means something else here than for most. */
  readonly weather?: Readonly<Partial<Record<WeatherTrouble, readonly FailureClass[]>>>;
}

/** Bad weather of `badWeather`, and what it usually means. */
export const usualWeather = {
  html: ["provider_error"],
  "html-502": ["provider_unavailable"],
  "html-403": ["provider_unavailable"],
  "not-json": ["provider_error"],
  "wrong-json": ["provider_error", "bad_output"],
  nothing: ["provider_error"],
  moved: ["provider_error"],
  // Whether it was made and charged, nobody knows.
  drop: ["timeout"],
  half: ["timeout"],
  endless: ["bad_output"],
} as const satisfies Record<string, readonly FailureClass[]>;

/** A word for bad weather. */
export type WeatherTrouble = keyof typeof usualWeather;
