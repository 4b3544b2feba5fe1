/** The variables of Meta's apps, which Instagram and Facebook share. */
import { z } from "zod";
import { apiAddress } from "../api-address.ts";

/** An app's id. */
export const appId = z.string().regex(/^\d{5,25}$/, "must be digits, as the app's dashboard shows it");

/** An app's secret. What is wrong with it is said without showing it. */
export const appSecret = z
  .string()
  .regex(/^[\x21-\x7e]{8,200}$/, "must be one word of printable ASCII characters, as the app's dashboard shows it");

/** What both platforms read. */
export const metaVariables = {
  FACEBOOK_APP_ID: appId
    .optional()
    .describe(
      "Id of a Meta app with Facebook Login. With its secret, Facebook Pages can be connected, and Instagram through them.",
    ),
  FACEBOOK_APP_SECRET: appSecret.optional().describe("Secret of the app behind FACEBOOK_APP_ID."),
  FACEBOOK_GRAPH_URL: apiAddress.default("https://graph.facebook.com").describe("Where Meta's Graph API is."),
  FACEBOOK_LOGIN_URL: apiAddress.default("https://www.facebook.com").describe("Where people sign in to Facebook."),
  GRAPH_VERSION: z
    .string()
    .regex(/^v\d{1,3}\.\d$/, "must be a version such as v25.0")
    .default("v25.0")
    .describe("Version of Meta's Graph API; each lives for about two years."),
} as const;

const shape = z.object(metaVariables);

/** The parsed values. */
export type MetaValues = z.output<typeof shape>;

/** An app of Meta. */
export interface MetaApp {
  readonly id: string;
  readonly secret: string;
}

/** The app with Facebook Login; null when the settings name none. */
export function facebookApp({ FACEBOOK_APP_ID: id, FACEBOOK_APP_SECRET: secret }: MetaValues): MetaApp | null {
  return id === undefined || secret === undefined ? null : { id, secret };
}
