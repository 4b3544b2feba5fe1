import { z } from "zod";
import type { Config } from "../../config.ts";
import { shortText } from "../../infra/short-text.ts";
import { webhookKinds } from "../kinds.ts";
import type { CheckDocument } from "./check-document.ts";

const urlRule = (allowHttp: boolean) =>
  z
    .string()
    .trim()
    .max(2_000, "The address is longer than 2,000 characters.")
    .transform((text, context) => {
      const url = URL.parse(text);
      const refuse = (message: string) => {
        context.addIssue({ code: "custom", message, params: { code: "INVALID_URL" } });
        return z.NEVER;
      };
      if (url === null) return refuse("This is no web address. Write a full one, such as https://example.org/hooks.");
      if (url.username !== "" || url.password !== "") {
        return refuse("The address holds a user name or password. Leave them out: messages are signed instead.");
      }
      if (url.protocol === "https:" || (allowHttp && url.protocol === "http:")) return url.href;
      return refuse(`The address begins with ${url.protocol}//; this server sends to https:// alone.`);
    });

const documentRule = (check: CheckDocument) =>
  z.string().superRefine((text, context) => {
    const checked = check(text);
    if (!checked.ok) context.addIssue({ code: "custom", message: checked.fault, params: { code: "INVALID_DOCUMENT" } });
  });

/** What the rules depend on. */
export interface RuleServices {
  readonly config: Pick<Config, "OUTBOUND_ALLOW_HTTP">;
  readonly checkDocument: CheckDocument;
}

/** The rules for what is said about a webhook. Whether an address may be reached is found out when something is sent. */
export const webhookRules = ({ config: { OUTBOUND_ALLOW_HTTP }, checkDocument }: RuleServices) => ({
  document: documentRule(checkDocument),
  name: shortText("The name", 80),
  url: urlRule(OUTBOUND_ALLOW_HTTP),
  kinds: z
    .array(
      z.enum(webhookKinds, {
        error: ({ input }) =>
          `${String(input)} concerns people, not a workspace. Webhooks are told ${webhookKinds.join(", ")}.`,
      }),
    )
    .min(1, "Choose at least one kind.")
    .transform((kinds) => [...new Set(kinds)]),
});
