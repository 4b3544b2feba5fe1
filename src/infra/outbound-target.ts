/** From an address that somebody typed to the network addresses that may be connected to. */
import { isIP } from "node:net";
import type { AddressPolicy } from "./address-policy.ts";
import type { StopReason } from "./http-exchange.ts";

export interface TargetRules {
  readonly policy: AddressPolicy;
  readonly allowHttp: boolean;
  /** This one origin may use plain http and be anywhere: the operator said so. */
  readonly trustedOrigin?: string | undefined;
  /** Every address of a name, as text; rejects when there is none. */
  readonly resolve: (hostname: string) => Promise<readonly string[]>;
}

/** `url` is normalised: no trailing dot, credentials or fragment. `addresses` are all permitted, and at least one. */
export type OutboundTarget =
  | { readonly ok: true; readonly url: URL; readonly addresses: readonly string[] }
  | {
      readonly ok: false;
      readonly reason: StopReason | "bad_url" | "blocked" | "dns";
      /** For the log only. */
      readonly detail: string;
    };

type Refusal = Extract<OutboundTarget, { ok: false }>;

const maxUrlLength = 4096;

/**
 * @param base the URL that redirected here; `text` may be relative to it.
 * @param signal its abort reason is a `StopReason`.
 */
export async function outboundTarget(
  rules: TargetRules,
  text: string,
  base: URL | undefined,
  signal: AbortSignal,
): Promise<OutboundTarget> {
  const url = parse(text, base, rules);
  if (!(url instanceof URL)) return url;
  // Node never asks a custom lookup about literals, so they are judged here. WHATWG parsing has already turned every odd
  // spelling (decimal, octal, hexadecimal, short, full-width) into the usual one.
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const addresses = isIP(host) ? [host] : await resolve(rules, host, signal);
  if (!Array.isArray(addresses)) return addresses;
  // One bad address condemns the name: a public one beside it is how such a record is smuggled past a check.
  const trusted = url.origin === rules.trustedOrigin;
  const forbidden = trusted ? undefined : addresses.find((address) => !rules.policy.permits(address));
  if (forbidden !== undefined) return refuse("blocked", `${host} is ${forbidden}, which is not a permitted address`);
  return { ok: true, url, addresses };
}

function parse(text: string, base: URL | undefined, { allowHttp, trustedOrigin }: TargetRules): URL | Refusal {
  const url = URL.parse(text, base?.href);
  if (!url) return refuse("bad_url", "does not parse");
  if (url.href.length > maxUrlLength) return refuse("bad_url", `longer than ${maxUrlLength} characters`);
  if (url.username || url.password) return refuse("bad_url", "contains credentials");
  if (url.protocol !== "https:" && url.protocol !== "http:") return refuse("bad_url", `scheme ${url.protocol}`);
  if (url.protocol === "http:" && !allowHttp && url.origin !== trustedOrigin)
    return refuse("bad_url", "http is not allowed");
  if (url.protocol === "http:" && base?.protocol === "https:") return refuse("blocked", "redirect from https to http");
  // "localhost." is localhost to the resolver, but another string to certificates and to comparisons.
  url.hostname = url.hostname.replace(/\.$/, "");
  if (url.hostname === "" || url.hostname.endsWith(".")) return refuse("bad_url", "host name ends in dots");
  url.hash = "";
  return url;
}

async function resolve(rules: TargetRules, host: string, signal: AbortSignal): Promise<string[] | Refusal> {
  try {
    const addresses = await unlessStopped(rules.resolve(host), signal);
    return addresses.length > 0 ? [...addresses] : refuse("dns", `${host} has no address`);
  } catch (error) {
    if (signal.aborted) return refuse(signal.reason === "timeout" ? "timeout" : "aborted", `resolving ${host}`);
    return refuse("dns", `${host}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** A system lookup cannot be cancelled; waiting for it can. */
async function unlessStopped<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: stopped, reject } = Promise.withResolvers<never>();
  const stop = () => reject(new Error("stopped"));
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop);
  try {
    return await Promise.race([work, stopped]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

function refuse(reason: Refusal["reason"], detail: string): Refusal {
  return { ok: false, reason, detail };
}
