/**
 * A worker as `src/main.ts work` runs it, with the product's own adapters. Only waiting is shortened: for an unclear send to be looked
 * up, and between two posts of one account. Started as a process by the crash suite.
 */
import { readConfig } from "../../../src/config.ts";
import { openLog } from "../../../src/infra/log.ts";
import { platforms } from "../../../src/platforms/registry.ts";
import { openServices } from "../../../src/services.ts";
import { stopOnSignal } from "../../../src/stop-signals.ts";
import { startWorker } from "../../../src/worker.ts";

for (const definition of platforms) Object.assign(definition, { spacing: 0 });
const config = readConfig();
const log = openLog({ level: config.LOG_LEVEL, pretty: false });
const services = await openServices(config, log, { listening: false });
const hasty = [...services.platforms].map(([name, platform]) => [name, { ...platform, settleWindow: 2_000 }] as const);
const worker = await startWorker({ ...services, platforms: new Map(hasty) });
process.send?.({ ready: true });
const broken = worker.done.then(
  () => "the worker ended",
  () => "the worker broke",
);
const reason = await stopOnSignal(log, broken, async () => {
  await worker.stop();
  await services.close();
});
if (reason.startsWith("the worker")) process.exitCode = 1;
if (process.connected) process.disconnect();
