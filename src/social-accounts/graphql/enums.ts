import { builder } from "../../graphql/builder.ts";
import { connectionMethods, platforms } from "../../platforms/registry.ts";

/** Every registered platform; the value is its stored name. */
export const PlatformEnum = builder.enumType("Platform", {
  description: "A social network that Atelier can publish to.",
  values: Object.fromEntries(
    platforms.map(({ name, description }) => [name.toUpperCase(), { value: name, description }]),
  ),
});

/** `instagramLogin` is `INSTAGRAM_LOGIN`. */
const enumName = (camelCase: string) => camelCase.replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2").toUpperCase();

/** Every way to connect an account; the value is the method's name. */
export const ConnectionMethodEnum = builder.enumType("ConnectionMethod", {
  description:
    "A way to connect an account. `platforms { methods { kind } }` says which need a form, and which a browser.",
  values: Object.fromEntries(
    connectionMethods.map(({ method, platform }) => [
      enumName(method.name),
      { value: method.name, description: `${platform.label}: ${method.description}` },
    ]),
  ),
});

/** Whether an account can be published to. */
export const SocialAccountStateEnum = builder.enumType("SocialAccountState", {
  description: "Whether an account can be published to.",
  values: {
    ACTIVE: { description: "It can." },
    EXPIRING: { description: "It can, but its access ends soon: renewing it failed so far, or cannot be done." },
    NEEDS_RECONNECT: { description: "It cannot until somebody connects it again; see `lastError`." },
    PAUSED: { description: "Somebody paused it; `resumeSocialAccount` puts it to use again." },
    DISCONNECTED: { description: "It was disconnected; connecting it again revives it." },
  } as const,
});

/** What an interrupted send leaves to look at. */
export const CapabilityEnum = builder.enumType("PublishingCapability", {
  description: "What can be found out about a send that was interrupted, and so what happens to it.",
  values: {
    KEYED: { value: "keyed", description: "The platform knows our key: the same send is repeated and shows once." },
    HANDLE: { value: "handle", description: "What was prepared can be published at most once, and be asked about." },
    STAGED: { value: "staged", description: "It is hidden at first, then made public; both can be looked at." },
    DETECTS: { value: "detects", description: "The platform refuses the same text for a while; own posts are listed." },
    SEARCH: { value: "search", description: "The account's newest posts can be listed and compared." },
    NONE: { value: "none", description: "Nothing can be looked at: it is never repeated by itself, a person decides." },
  } as const,
});
