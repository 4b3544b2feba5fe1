/** Facebook Login as the simulators of Instagram and of Pages know it: an app, a person, Pages, permissions and tokens. */
import { type GraphCall, type GraphReply, graphError, ok } from "./graph-call.ts";
import type { GraphChassis } from "./graph-chassis.ts";

/** A Page that the person may see. */
export interface SimulatedPage {
  readonly id: string;
  readonly name: string;
  readonly username?: string;
  readonly tasks: readonly string[];
  /** Belongs to a portfolio, and is missing in the person's own list. */
  readonly business?: string;
  readonly instagram?: { readonly id: string; readonly username: string; readonly name?: string };
}

/** The simulated app with Facebook Login. */
export const facebookApp = { id: "123456789012345", secret: "simulated-facebook-app-secret" } as const;

const twoMonths = 60 * 24 * 60 * 60_000;
const anHour = 60 * 60_000;

/** What Facebook Login is made of. */
export interface FacebookPeople {
  readonly pages: SimulatedPage[];
  /** What the person unticked. */
  readonly declined: Set<string>;
  /** How many Pages come at once. */
  pageSize: number;
  /** The code that the browser brings back after this sign-in; good once. */
  grant(authorisationUrl: string): string;
  /** A Page's token, as if it had been given out at a sign-in. */
  pageToken(pageId: string): string;
  /** Answers what belongs to it; null leaves the call to others. */
  answer(call: GraphCall): GraphReply | null;
}

/** Makes it. */
export function facebookPeople(chassis: () => GraphChassis, pages: SimulatedPage[]): FacebookPeople {
  const codes = new Map<string, { readonly redirectUri: string; readonly scopes: readonly string[] }>();
  let scopes: readonly string[] = [];
  const pageToken = (id: string) => chassis().mint("page", id, null);
  const people: FacebookPeople = {
    ...{ pages, declined: new Set(), pageSize: 100, pageToken },
    grant(authorisationUrl) {
      const { searchParams, pathname } = new URL(authorisationUrl);
      const [id, redirectUri, type, state] = ["client_id", "redirect_uri", "response_type", "state"].map((name) =>
        searchParams.get(name),
      );
      if (
        id !== facebookApp.id ||
        !redirectUri ||
        type !== "code" ||
        !state ||
        !/\/v\d+\.\d\/dialog\/oauth$/.test(pathname)
      ) {
        chassis().offences.push(`a wrong sign-in address: ${authorisationUrl}`);
      }
      const code = `code-${chassis().nextId()}`;
      codes.set(code, { redirectUri: redirectUri ?? "", scopes: (searchParams.get("scope") ?? "").split(",") });
      return code;
    },
    answer(call) {
      if (call.path === "/oauth/access_token") return giveToken(call);
      if (call.method === "GET" && call.path === `/${facebookApp.id}`) {
        const own = call.token === `${facebookApp.id}|${facebookApp.secret}`;
        return own ? ok({ id: facebookApp.id }) : graphError(190, 0, "Invalid OAuth access token signature.");
      }
      const listing = /^\/me\/(permissions|accounts|businesses)$|^\/(biz\w+)\/(owned_pages|client_pages)$/.exec(
        call.path,
      );
      if (listing === null) return null;
      const opened = chassis().open(call);
      if ("status" in opened) return opened;
      if (opened.kind !== "user") return graphError(2_500, 0, "An active access token of a person must be used.");
      const [, own, business, edge] = listing;
      if (own === "permissions") {
        const status = (permission: string) => (people.declined.has(permission) ? "declined" : "granted");
        return ok({ data: scopes.map((permission) => ({ permission, status: status(permission) })) });
      }
      const businesses = [...new Set(pages.flatMap((page) => page.business ?? []))];
      if (own === "businesses")
        return pageOf(
          businesses.map((id) => ({ id })),
          call,
        );
      const listed = pages.filter((page) =>
        own === "accounts" ? page.business === undefined : page.business === business,
      );
      return pageOf(edge === "client_pages" ? [] : listed.map(shownPage), call);
    },
  };

  const shownPage = ({ id, name, username, tasks, instagram }: SimulatedPage) => ({
    ...{ id, name, tasks, access_token: pageToken(id), ...(username !== undefined && { username }) },
    ...(instagram !== undefined && { instagram_business_account: instagram }),
  });

  function pageOf(items: readonly { readonly id: string }[], { fields: { after } }: GraphCall): GraphReply {
    const start = after === undefined ? 0 : items.findIndex(({ id }) => id === after) + 1;
    const data = items.slice(start, start + people.pageSize);
    const more = start + data.length < items.length;
    const next = { next: "https://graph.facebook.com/with?access_token=secret" };
    return ok({ data, paging: { cursors: { after: data.at(-1)?.id }, ...(more && next) } });
  }

  function giveToken({ fields, method }: GraphCall): GraphReply {
    if (method !== "GET") return chassis().offend("tokens are exchanged by GET");
    const { client_id: id, client_secret: secret, code = "", redirect_uri: redirectUri } = fields;
    if (id !== facebookApp.id || secret !== facebookApp.secret)
      return graphError(101, 0, "Error validating application.");
    if (fields["grant_type"] === "fb_exchange_token") {
      const short = chassis().tokens.get(fields["fb_exchange_token"] ?? "");
      if (short?.kind !== "user") return graphError(190, 467, "Invalid OAuth access token.");
      const body = { access_token: chassis().mint("user", short.owner, twoMonths), token_type: "bearer" };
      return ok({ ...body, expires_in: twoMonths / 1_000 });
    }
    const granted = codes.get(code);
    codes.delete(code);
    if (granted === undefined) return graphError(100, 36_009, "This authorization code has been used.");
    if (granted.redirectUri !== redirectUri) return graphError(100, 36_008, "The redirect_uri is not the same.");
    scopes = granted.scopes;
    return ok({ access_token: chassis().mint("user", "ada", anHour), token_type: "bearer", expires_in: 5_000 });
  }

  return people;
}
