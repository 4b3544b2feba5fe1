/** Longest host name (RFC 1035). */
const maxLength = 253;

/**
 * The origin of a server as somebody typed it: `social.example`, `https://social.example/`. Null when it is no address of a
 * server. Whether it may be reached is the outbound client's business.
 */
export function serverOrigin(text: string): string | null {
  const typed = text.trim().replace(/\/+$/, "");
  const address = /^https?:\/\//i.test(typed) ? typed : `https://${typed}`;
  if (typed === "" || typed.length > maxLength + 16 || !URL.canParse(address)) return null;
  const { origin, pathname, search, hash, username, password } = new URL(address);
  return pathname === "/" && search + hash + username + password === "" ? origin : null;
}
