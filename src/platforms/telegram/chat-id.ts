const name = /^@?([A-Za-z][A-Za-z0-9_]{3,31})$/;
const link = /^(?:https?:\/\/)?(?:t|telegram)\.me\/(?:s\/)?([A-Za-z][A-Za-z0-9_]{3,31})(?:\/\d+)?\/?$/i;
const privateLink = /^(?:https?:\/\/)?t\.me\/c\/(\d{5,15})(?:\/\d+)*\/?$/i;
const number = /^-100\d{5,15}$/;

/**
 * How the Bot API names a channel, from what somebody typed: `@name`, `name`, the number that begins with -100, or a link to the
 * channel or one of its posts. Null when it is none of them, such as a link that invites.
 */
export function chatIdOf(typed: string): string | null {
  const text = typed.trim();
  if (number.test(text)) return text;
  const hidden = privateLink.exec(text)?.[1];
  if (hidden !== undefined) return `-100${hidden}`;
  const found = (name.exec(text) ?? link.exec(text))?.[1];
  return found === undefined || found.toLowerCase() === "joinchat" ? null : `@${found}`;
}

/** The address of a message. That of a private channel opens for its members alone. */
export function permalinkOf(chat: { readonly id: number; readonly username?: string | undefined }, messageId: number) {
  const place = chat.username ?? `c/${String(chat.id).replace(/^-100/, "")}`;
  return `https://t.me/${place}/${messageId}`;
}
