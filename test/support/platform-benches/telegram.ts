import { v7 } from "uuid";
import type { Platform } from "../../../src/platforms/platform.ts";
import { telegram } from "../../../src/platforms/telegram/platform.ts";
import { type TelegramSimulator, telegramSimulator } from "../../simulators/telegram.ts";
import { createTestClock } from "../clock.ts";
import type { Teardown } from "../database.ts";
import { memoryRefs, platformRequest } from "../platform-request.ts";
import type { PlatformBench, PlatformBenchRow } from "./bench.ts";
import { platformContext } from "./context.ts";
import { publishImage } from "./pictures.ts";

/** A bench with what only this simulator and platform can do. */
export interface TelegramBench extends PlatformBench {
  readonly simulator: TelegramSimulator;
  readonly platform: Platform & Required<Pick<Platform, "connect">>;
}

/** A channel on Telegram, connected by the token of a bot that may post there. */
export async function openTelegramBench(t: Teardown, channel = "@boats_daily"): Promise<TelegramBench> {
  const clock = createTestClock();
  const simulator = await telegramSimulator(t, clock);
  const variables = { TELEGRAM_API_URL: simulator.url };
  const platform = telegram.open(await platformContext(t, telegram, { clock, variables }));
  if (platform?.connect === undefined) throw new Error("Telegram is always open.");
  const { connect } = platform;
  const fields = { botToken: simulator.token, channel };
  const connected = await connect({ method: "telegram", fields, workspaceId: v7() }, new AbortController().signal);
  if (connected.kind !== "connected" || connected.accounts[0] === undefined) throw new Error(JSON.stringify(connected));
  const { account, credentials } = connected.accounts[0];
  const picture = await publishImage();
  return {
    ...{ definition: telegram, platform: { ...platform, connect }, session: { account, credentials }, simulator },
    now: () => clock.now(),
    request: (change) =>
      platformRequest({
        ...{ account, credentials, key: v7(), preparedAt: clock.now(), refs: memoryRefs({}, clock) },
        ...{ caption: "A boat.", images: [picture] },
        ...change,
      }),
  };
}

/** Its row in the contract suite. */
export const telegramBench: PlatformBenchRow = { name: "telegram", open: (t) => openTelegramBench(t) };
