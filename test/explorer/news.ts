/** A subscription that the test feeds by hand, and which tells when its reader has gone. */
export class News implements AsyncIterableIterator<{ news: string }> {
  readonly #stories: string[] = [];
  #closed = Promise.withResolvers<void>();
  #wake = Promise.withResolvers<void>();

  /** Resolves when the page has stopped listening. */
  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  /** Begins anew for whoever listens next. */
  open(): this {
    this.#closed = Promise.withResolvers();
    return this;
  }

  publish(story: string): void {
    this.#stories.push(story);
    this.#wake.resolve();
  }

  async next(): Promise<IteratorResult<{ news: string }, undefined>> {
    for (;;) {
      const story = this.#stories.shift();
      if (story !== undefined) return { value: { news: story }, done: false };
      this.#wake = Promise.withResolvers();
      const open = await Promise.race([this.#wake.promise.then(() => true), this.closed.then(() => false)]);
      if (!open) return { value: undefined, done: true };
    }
  }

  async return(): Promise<IteratorResult<{ news: string }, undefined>> {
    this.#closed.resolve();
    return { value: undefined, done: true };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
