/** A web server as `src/main.ts serve` runs it, which says what it holds when it is asked. Started as a process of its own. */
import { readConfig } from "../../../src/config.ts";
import { openLog } from "../../../src/infra/log.ts";
import { buildServer } from "../../../src/server.ts";
import { openServices } from "../../../src/services.ts";
import { stopOnSignal } from "../../../src/stop-signals.ts";
import { countListeners } from "../count-listeners.ts";
import { heldBuffers, heldHeap } from "../held-memory.ts";

/** What a server holds. */
export interface Held {
  /** Readers of the event log. */
  readonly listeners: number;
  readonly timers: number;
  readonly connections: number;
  /** Bytes, after what nobody holds was collected. */
  readonly heap: number;
  readonly buffers: number;
}

const config = readConfig();
const log = openLog({ level: config.LOG_LEVEL, pretty: false });
const services = await openServices(config, log, {});
const listening = countListeners({ services });
const app = await buildServer(services);
await app.listen({ host: "127.0.0.1", port: config.PORT });
process.on("message", () => {
  app.server.getConnections((_error, connections) => {
    const timers = process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    const held: Held = {
      ...{ listeners: listening.now(), timers, connections },
      ...{ heap: heldHeap(), buffers: heldBuffers() },
    };
    process.send?.({ held });
  });
});
process.send?.({ ready: true });
await stopOnSignal(log, new Promise(() => undefined), async () => {
  await app.close();
  await services.close();
});
if (process.connected) process.disconnect();
