/**
 * Headers of a page that this server itself serves to people: files of this server alone and nothing inline; no form is sent by
 * the browser itself, which would put it into an address; no page around it, and no word to other sites where somebody came from.
 */
export const pageHeaders = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
} as const;
