import { type SignedIn, signedInSchema } from "./wire.ts";

const STORAGE_KEY = "atelier:explorer:session";

/** Who uses the page. `ended` is a sign-in that the server no longer accepts; the e-mail address is kept for the next one. */
export type SessionState =
  | { readonly status: "signed-out" }
  | { readonly status: "signed-in"; readonly signedIn: SignedIn }
  | { readonly status: "ended"; readonly email: string };

/**
 * The sign-in of this browser tab. It lives in memory and in `sessionStorage`, so that a reload keeps it and closing the
 * tab forgets it; never in `localStorage`, which every later visitor of the same browser could read.
 */
export class Session {
  #state: SessionState = restore();
  readonly #listeners = new Set<() => void>();

  /** The present state; the same object until it changes. */
  readonly state = (): SessionState => this.#state;

  /** Calls `listener` after each change, until the function it returns is called. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  signIn(signedIn: SignedIn): void {
    sessionStorage.setItem(STORAGE_KEY, JSON.stringify(signedIn));
    this.#change({ status: "signed-in", signedIn });
  }

  signOut(): void {
    sessionStorage.removeItem(STORAGE_KEY);
    this.#change({ status: "signed-out" });
  }

  /** The server refused `accessToken`. An answer that arrives after a newer sign-in does not end that one. */
  end(accessToken: string): void {
    if (this.#state.status !== "signed-in" || this.#state.signedIn.accessToken !== accessToken) return;
    sessionStorage.removeItem(STORAGE_KEY);
    this.#change({ status: "ended", email: this.#state.signedIn.user.email });
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
