/** A worker as `src/main.ts work` runs it, with the harbour as its one platform. Started as a process by the crash suite. */
import { readConfig } from "../../../src/config.ts";
import { openLog } from "../../../src/infra/log.ts";
import { createOutboundHttp } from "../../../src/infra/outbound-http.ts";
import { openServices } from "../../../src/services.ts";
import { stopOnSignal } from "../../../src/stop-signals.ts";
import { startWorker } from "../../../src/worker.ts";
import { harbourPlatform } from "./harbour-platform.ts";

const config = readConfig();
const log = openLog({ level: config.LOG_LEVEL, pretty: false });
const http = createOutboundHttp({ allowedNetworks: ["127.0.0.0/8"], allowHttp: true });
const harbour = harbourPlatform(process.env["HARBOUR_URL"] ?? "", http);
const services = await openServices(config, log, { listening: false, platforms: new Map([["showcase", harbour]]) });
const worker = await startWorker(services);
process.send?.({ ready: true });
const broken = worker.done.then(
  () => "the worker ended",
  () => "the worker broke",
);
const reason = await stopOnSignal(log, broken, async () => {
  await worker.stop();
  await services.close();
  await http.close();
});
if (reason.startsWith("the worker")) process.exitCode = 1;
if (process.connected) process.disconnect();
