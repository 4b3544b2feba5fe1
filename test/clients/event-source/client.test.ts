import { EventSource } from "eventsource";
import t from "tap";
import { openClientBench } from "../../support/client-bench.ts";
import { type Heard, survives, watchImages } from "../../support/client-survival.ts";
import { listen } from "./client.ts";

t.test("EventSource", async (t) => {
  const bench = await openClientBench(t);

  t.test("a mistake in the document is told inside the stream", async (t) => {
    const session = await bench.session();
    const told = await new Promise((resolve, reject) => {
      const sink = { next: resolve, error: reject, complete: () => undefined };
      t.teardown(listen(session, { query: "subscription { imageChanged { nope } }" }, sink, EventSource));
    });
    t.match(told, { errors: [{ message: /nope/, extensions: { code: "GRAPHQL_VALIDATION_FAILED" } }] });
  });

  survives(t, bench, (session, imageIds, hear) => {
    let resyncs = 0;
    const stop = listen<{ imageChanged: Heard }>(
      session,
      { query: watchImages, variables: { imageIds } },
      {
        next: ({ data, errors }) => (data ? hear(data.imageChanged) : t.fail("an event", { errors })),
        error: (problem) => t.fail("the stream goes on", { problem }),
        complete: () => undefined,
        resync: () => void (resyncs += 1),
      },
      EventSource,
    );
    return { closes: null, resyncs: () => resyncs, stop };
  });
});
