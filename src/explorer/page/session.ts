import { logout, renew } from "./account.ts";
import { type SignedIn, signedInSchema } from "./wire.ts";

const STORAGE_KEY = "atelier:explorer:session";
/** An access token is renewed so long before it ends, in milliseconds. */
const LEAD = 60_000;
/** Two looks at the time lie between these, in milliseconds: a clock that is wrong must not make the page ask all the time. */
const [SHORTEST_WAIT, LONGEST_WAIT] = [30_000, 600_000];

/** Who uses the page. `ended` is a sign-in that the server no longer accepts; the e-mail address is kept for the next one. */
export type SessionState =
  | { readonly status: "signed-out" }
  | { readonly status: "signed-in"; readonly signedIn: SignedIn }
  | { readonly status: "ended"; readonly email: string };

/**
 * The sign-in of this browser tab, which keeps itself alive. It lives in memory and in `sessionStorage`, so that a reload
 * keeps it and closing the tab forgets it; never in `localStorage`, which every later visitor of the same browser could read.
 */
export class Session {
  #state: SessionState = restore();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #renewing: Promise<string | undefined> | undefined;
  readonly #listeners = new Set<() => void>();

  constructor() {
    this.#schedule();
  }

  /** The present state; the same object until it changes. */
  readonly state = (): SessionState => this.#state;

  /** Calls `listener` after each change, until the function it returns is called. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** The access token to send; undefined when nobody is signed in. */
  readonly accessToken = (): string | undefined =>
    this.#state.status === "signed-in" ? this.#state.signedIn.accessToken : undefined;

  /**
   * The access token to send instead of one that was refused; undefined when the sign-in has ended, which this then says to
   * its listeners. All who ask at once share one renewal. Rejects when the server cannot be reached.
   */
  readonly replace = (refused: string): Promise<string | undefined> => {
    if (this.#state.status !== "signed-in") return Promise.resolve(undefined);
    const { signedIn } = this.#state;
    if (signedIn.accessToken !== refused) return Promise.resolve(signedIn.accessToken);
    this.#renewing ??= this.#renew(signedIn).finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  };

  signIn(signedIn: SignedIn): void {
    sessionStorage.setItem(STORAGE_KEY, JSON.stringify(signedIn));
    this.#change({ status: "signed-in", signedIn });
    this.#schedule();
  }

  /** Forgets the sign-in here at once, and ends it on the server. */
  signOut(): void {
    if (this.#state.status !== "signed-in") return;
    const { signedIn } = this.#state;
    sessionStorage.removeItem(STORAGE_KEY);
    this.#change({ status: "signed-out" });
    // A server that cannot be reached, or has ended it already, is no reason to stay signed in here.
    logout(signedIn).catch(() => undefined);
  }

  /** The server refused `accessToken`. An answer that arrives after a newer sign-in does not end that one. */
  end(accessToken: string): void {
    if (this.#state.status !== "signed-in" || this.#state.signedIn.accessToken !== accessToken) return;
    sessionStorage.removeItem(STORAGE_KEY);
    this.#change({ status: "ended", email: this.#state.signedIn.user.email });
  }

  async #renew(signedIn: SignedIn): Promise<string | undefined> {
    const renewed = await renew(signedIn);
    if (this.#state.status !== "signed-in" || this.#state.signedIn !== signedIn) return this.accessToken();
    if (renewed === undefined) this.end(signedIn.accessToken);
    else this.signIn(renewed);
    return this.accessToken();
  }

  /** Renews shortly before the end. A tab that slept meanwhile is renewed when the server refuses its old token. */
  #schedule(): void {
    clearTimeout(this.#timer);
    if (this.#state.status !== "signed-in") return;
    const { expiresAt, accessToken } = this.#state.signedIn;
    const left = Date.parse(expiresAt) - LEAD - Date.now();
    this.#timer = setTimeout(
      () => {
        const due = Date.parse(expiresAt) - LEAD <= Date.now();
        const done = due ? this.replace(accessToken) : Promise.resolve();
        // Out of reach: the next look tries again.
        void done.catch(() => undefined).then(() => this.#schedule());
      },
      Math.min(Math.max(left, SHORTEST_WAIT), LONGEST_WAIT),
    );
  }

  #change(state: SessionState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

function restore(): SessionState {
  const stored = sessionStorage.getItem(STORAGE_KEY);
  if (stored === null) return { status: "signed-out" };
  const signedIn = signedInSchema.safeParse(JSON.parse(stored));
  return signedIn.success ? { status: "signed-in", signedIn: signedIn.data } : { status: "signed-out" };
}
