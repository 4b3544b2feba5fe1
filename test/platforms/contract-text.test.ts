/** The part of the contract that is about numbers: whether a post fits is known before the platform is asked. */
import fc from "fast-check";
import t from "tap";
import { platformBenches } from "../support/platform-benches/registry.ts";
import { atBench } from "../support/platform-contract.ts";

for (const row of platformBenches) {
  atBench(t, row, `${row.name} counts a text as the platform does`, async (bench, t) => {
    const { caption } = bench.definition.rulesFor?.(bench.session.account) ?? bench.definition.rules;
    if (bench.faults?.length === 0) return void t.pass("nobody else counts");
    let number = 0;
    const address = fc
      .stringMatching(/^[a-z0-9]{1,20}(\/[a-z0-9]{1,20}){0,3}$/)
      .map((path) => `https://example.org/${path}`);
    const letters = fc.oneof(fc.string({ unit: "grapheme", maxLength: 40 }), address, fc.string({ unit: "binary" }));
    const property = fc.asyncProperty(letters, fc.constantFrom(-1, 0, 1, 2), async (tail, over) => {
      number += 1;
      const text = `${number} ${tail.replaceAll(/[\p{C}\p{Z}]/gu, "")}.`;
      const filler = caption.max + over - caption.measure(` ${text}`);
      const whole = `${"a".repeat(Math.max(1, filler))} ${text}`;
      const fits = caption.measure(whole) <= caption.max && (caption.faults?.(whole) ?? []).length === 0;
      const outcome = await bench.sent(bench.request({ caption: whole }));
      const published = outcome.kind === "published" || outcome.kind === "submitted";
      if (published !== fits || (!fits && outcome.kind !== "refused")) {
        throw new Error(`${caption.measure(whole)} of ${caption.max} ended ${JSON.stringify(outcome)}`);
      }
    });
    await fc.assert(property, { numRuns: 12 });
    t.pass();
  });
}
