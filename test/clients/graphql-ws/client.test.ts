import t from "tap";
import { openClientBench } from "../../support/client-bench.ts";
import { type Heard, survives, watchImages } from "../../support/client-survival.ts";
import { openSocket } from "./client.ts";

t.test("graphql-ws alone", async (t) => {
  const bench = await openClientBench(t);
  survives(t, bench, (session, imageIds, hear) => {
    const closes: number[] = [];
    let resyncs = 0;
    const onResync = () => void (resyncs += 1);
    const socket = openSocket(session, { firstPause: 50, keepAlive: 300, patience: 1_000, onResync });
    socket.on("closed", (event) => void closes.push((event as CloseEvent).code));
    const unsubscribe = socket.subscribe<{ imageChanged: Heard }>(
      { query: watchImages, variables: { imageIds } },
      {
        next: ({ data, errors }) => (data ? hear(data.imageChanged) : t.fail("an event", { errors })),
        error: (problem) => t.fail("the stream goes on", { problem }),
        complete: () => undefined,
      },
    );
    const stop = () => {
      unsubscribe();
      void socket.dispose();
    };
    return { closes, resyncs: () => resyncs, stop };
  });
});
