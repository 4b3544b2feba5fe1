/** Channels that a webhook posts to: its address is all it takes, and it opens nothing but the channel it was made for. */
import { z } from "zod";
import { Secret } from "../../infra/secret.ts";
import type { ConnectionForm, ConnectionOutcome, Credentials } from "../connection.ts";
import { webhookAccess, webhookPath } from "./access.ts";
import type { DiscordSetup } from "./api.ts";
import { channelUrl, connected, type Look, lookAt } from "./look.ts";

const address =
  /^https:\/\/(?:(?:canary|ptb)\.)?discord(?:app)?\.com\/api(?:\/v\d{1,2})?\/webhooks\/(\d{15,20})\/([A-Za-z0-9_-]{40,120})\/?$/;

const webhookShape = z.object({
  ...{ id: z.string(), type: z.number().int(), name: z.string().nullable().catch(null) },
  ...{ guild_id: z.string().min(1), channel_id: z.string().min(1) },
});

/** Incoming ones; others follow channels elsewhere or belong to applications. */
const incoming = 1;

/** Connects by a webhook's address. The host that was typed is not asked: the API is where the operator says. */
export async function connectWebhook(
  setup: DiscordSetup,
  { fields }: ConnectionForm,
  signal: AbortSignal,
): Promise<ConnectionOutcome> {
  const [, id, token] = address.exec((fields["webhookUrl"] ?? "").trim()) ?? [];
  if (id === undefined || token === undefined) {
    const message =
      "That is no webhook's address. It begins with https://discord.com/api/webhooks/; the channel's settings show it: Integrations, Webhooks.";
    return { kind: "refused", field: "webhookUrl", code: "INVALID", message };
  }
  const credentials = { token: new Secret(token) };
  return connected(await lookAtWebhook(setup, credentials, id, signal), credentials);
}

/** Which channel a webhook posts to. */
export async function lookAtWebhook(
  setup: DiscordSetup,
  credentials: Credentials,
  id: string,
  signal: AbortSignal,
): Promise<Look> {
  const field = "webhookUrl";
  const access = webhookAccess(credentials, id);
  const path = webhookPath(id, credentials["token"]?.reveal() ?? "");
  const look = await lookAt(setup, { path, access, credentials, signal, keyField: field, field }, webhookShape);
  if (look.kind !== "value") return look;
  const { type, guild_id: guildId, channel_id: channelId, name } = look.value;
  if (type !== incoming) {
    const message = "That webhook takes no messages. Make one in the channel's settings.";
    return { kind: "denied", field, code: "NOT_INCOMING", message };
  }
  // By its own id: the same channel may be connected through a bot as well, and posts under another name then.
  const handle = name ?? id;
  const account = {
    ...{ remoteId: `webhook/${id}`, handle, name: handle, url: channelUrl(guildId, channelId) },
    ...{ method: "discordWebhook", details: { guildId, channelId, webhookId: id } },
  };
  return { kind: "found", account };
}
