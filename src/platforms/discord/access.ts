import type { AccountSession, Credentials } from "../connection.ts";

/** How a channel is reached: as a bot, whose token is a header, or as a webhook, whose token is part of the path. */
export interface DiscordAccess {
  readonly headers: Readonly<Record<string, string>>;
  /** Where a message is sent to. Begins with a slash, as all paths; a webhook's holds its token. */
  readonly sendTo: string;
  /** Below which messages lie. */
  readonly messages: string;
  /** What limits are counted by, without any secret. */
  readonly route: string;
  /** Whom limits over all routes are counted for. */
  readonly owner: string;
}

/** The access of a bot, to one channel. */
export function botAccess({ token }: Credentials, channelId: string, botId = "unknown"): DiscordAccess {
  const messages = `/channels/${channelId}/messages`;
  return {
    headers: { authorization: `Bot ${token?.reveal() ?? ""}` },
    ...{ sendTo: messages, messages },
    ...{ route: `channels/${channelId}`, owner: `bot ${botId}` },
  };
}

/** The access of a webhook. */
export function webhookAccess({ token }: Credentials, webhookId: string): DiscordAccess {
  const path = webhookPath(webhookId, token?.reveal() ?? "");
  return {
    // Without waiting a webhook would not tell the message.
    ...{ headers: {}, sendTo: `${path}?wait=true`, messages: `${path}/messages` },
    ...{ route: `webhooks/${webhookId}`, owner: "webhooks" },
  };
}

/** Where a webhook itself is. */
export const webhookPath = (id: string, token: string): string => `/webhooks/${id}/${token}`;

/** Whether an account is a bot's. */
export const isBot = ({ account }: Pick<AccountSession, "account">): boolean => account.method === "discordBot";

/** The access of a connected account. */
export function accessOf(session: AccountSession): DiscordAccess {
  const { details } = session.account;
  return isBot(session)
    ? botAccess(session.credentials, details["channelId"] ?? "", details["botId"])
    : webhookAccess(session.credentials, details["webhookId"] ?? "");
}
