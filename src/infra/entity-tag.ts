/**
 * Whether a request's `If-None-Match` names this entity tag (RFC 9110, 13.1.2): a list, compared weakly, or `*`. Then the
 * client has the file already and is answered 304.
 */
export function matchesEntityTag(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  const named = ifNoneMatch.split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  return named.includes("*") || named.includes(etag);
}
