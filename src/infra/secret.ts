import { inspect } from "node:util";

const cover = "[secret]";

/** A text that must not be shown: printed, logged or turned into JSON it reads `[secret]`. `reveal()` gives the text. */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The text itself, for the call that needs it and nothing else. */
  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return cover;
  }

  toJSON(): string {
    return cover;
  }

  [inspect.custom](): string {
    return cover;
  }
}
