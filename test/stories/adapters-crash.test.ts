/** `kill -9` of worker processes in the middle of publishing through real adapters, of different capability classes. */
import t from "tap";
import { deadlyPlaces, killAmongAdapters } from "../support/crash/run-adapters.ts";

t.setTimeout(600_000);

t.test(
  "processes that die at named places publish nothing twice through real adapters, and lose nothing",
  async (t) => {
    const { held, platforms, offences, exits } = await killAmongAdapters(t, { points: deadlyPlaces, posts: 3 });
    t.comment(JSON.stringify({ held, platforms }));
    t.same(held, deadlyPlaces, "each of them died where it was to die");
    for (const [name, { publications, published, duplicates, losses, unknown }] of Object.entries(platforms)) {
      t.same({ duplicates, losses }, { duplicates: 0, losses: 0 }, name);
      // Facebook knows no key: whoever dies between the decision and the socket leaves a question, which is no loss.
      const asked = name === "facebook" ? unknown : 0;
      t.equal(published + asked, publications, `${name}: all ${publications} are out, or asked about`);
    }
    t.same(offences, [], "the platforms' rules were kept");
    t.same(exits, [0, 0]);
  },
);
