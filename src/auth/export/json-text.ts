import { Readable } from "node:stream";

/** A value as readable JSON. */
export const jsonText = (value: unknown): Readable =>
  Readable.from([`${JSON.stringify(value, plain, 2)}\n`], { objectMode: false });

/** A list of any length as readable JSON, written as its items come. */
export function jsonList(items: AsyncIterable<object>): Readable {
  const pieces = async function* () {
    let separator = "[\n";
    for await (const item of items) {
      yield separator + JSON.stringify(item, plain, 2).replaceAll(/^/gm, "  ");
      separator = ",\n";
    }
    yield separator === "[\n" ? "[]\n" : "\n]\n";
  };
  return Readable.from(pieces(), { objectMode: false });
}

/** JSON knows no large integers. */
const plain = (_key: string, value: unknown): unknown => (typeof value === "bigint" ? value.toString() : value);
