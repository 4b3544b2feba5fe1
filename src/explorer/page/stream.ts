/** What is said about the subscription that ran last: how many events have come, and whether it still runs. */
export interface StreamState {
  readonly status: "none" | "waiting" | "live" | "reconnecting" | "finished" | "stopped" | "failed";
  readonly events: number;
  readonly lastEventAt: Date | undefined;
}

/** A small observable value that the fetcher writes and the page's footer reads. */
export class StreamMonitor {
  #state: StreamState = { status: "none", events: 0, lastEventAt: undefined };
  readonly #listeners = new Set<() => void>();

  /** The present state; the same object until it changes. */
  readonly state = (): StreamState => this.#state;

  /** Calls `listener` after each change, until the function it returns is called. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  started(): void {
    this.#change({ status: "waiting", events: 0, lastEventAt: undefined });
  }

  received(): void {
    this.#change({ status: "live", events: this.#state.events + 1, lastEventAt: new Date() });
  }

  reconnecting(): void {
    if (this.#runs()) this.#change({ ...this.#state, status: "reconnecting" });
  }

  /** The first reason for an end is the one that counts. */
  ended(status: "finished" | "stopped" | "failed"): void {
    if (this.#runs()) this.#change({ ...this.#state, status });
  }

  #runs(): boolean {
    return ["waiting", "live", "reconnecting"].includes(this.#state.status);
  }

  #change(state: StreamState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}
