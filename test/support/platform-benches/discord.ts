import { v7 } from "uuid";
import { discord } from "../../../src/platforms/discord/platform.ts";
import type { Platform } from "../../../src/platforms/platform.ts";
import { type DiscordSimulator, discordSimulator } from "../../simulators/discord.ts";
import { createTestClock } from "../clock.ts";
import type { Teardown } from "../database.ts";
import { memoryRefs, platformRequest } from "../platform-request.ts";
import type { PlatformBench, PlatformBenchRow } from "./bench.ts";
import { platformContext } from "./context.ts";
import { publishImage } from "./pictures.ts";

/** A bench with what only this simulator and platform can do. */
export interface DiscordBench extends PlatformBench {
  readonly simulator: DiscordSimulator;
  readonly platform: Platform & Required<Pick<Platform, "connect" | "measure" | "verify">>;
}

/** A channel on Discord, connected in one of both ways. */
export async function openDiscordBench(t: Teardown, method: string): Promise<DiscordBench> {
  const clock = createTestClock();
  const simulator = await discordSimulator(t, clock);
  const variables = { DISCORD_API_URL: `${simulator.url}/api/v10` };
  const platform = discord.open(await platformContext(t, discord, { clock, variables }));
  if (!platform?.connect || !platform.measure || !platform.verify) throw new Error("Discord is always open.");
  const { connect, measure, verify } = platform;
  const fields: Readonly<Record<string, string>> =
    method === "discordBot"
      ? { botToken: simulator.botToken, channel: simulator.channelId }
      : { webhookUrl: simulator.webhookUrl() };
  const connected = await connect({ method, fields, workspaceId: v7() }, new AbortController().signal);
  if (connected.kind !== "connected" || connected.accounts[0] === undefined) throw new Error(JSON.stringify(connected));
  const { account, credentials } = connected.accounts[0];
  const picture = await publishImage();
  return {
    ...{ definition: discord, session: { account, credentials }, simulator, missingId: "820745488231300001" },
    ...{ platform: { ...platform, connect, measure, verify }, now: () => clock.now() },
    request: (change) =>
      platformRequest({
        ...{ account, credentials, key: v7(), preparedAt: clock.now(), refs: memoryRefs({}, clock) },
        ...{ caption: "A boat.", images: [picture] },
        ...change,
      }),
  };
}

/** Both ways to publish. */
export const discordBenches: readonly PlatformBenchRow[] = [
  { name: "discord bot", open: (t) => openDiscordBench(t, "discordBot") },
  { name: "discord webhook", open: (t) => openDiscordBench(t, "discordWebhook") },
];
