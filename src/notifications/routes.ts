import { readFile } from "node:fs/promises";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { pageHeaders } from "../infra/page-headers.ts";
import { isSigned, pathSignature } from "../infra/signed-path.ts";
import type { Services } from "../services.ts";
import { endMails } from "./mail/end-mails.ts";
import { unsubscribePath } from "./mail/unsubscribe-url.ts";

const address = z.object({ userId: z.uuid() });

/** The page has one form, which leads back here. */
const headers = {
  ...pageHeaders,
  "content-security-policy": pageHeaders["content-security-policy"].replace("form-action 'none'", "form-action 'self'"),
  "cache-control": "no-store",
};

const read = (name: string): Promise<string> => readFile(new URL(`./pages/${name}`, import.meta.url), "utf8");

/**
 * Serves the link out of mails. Looking at it changes nothing: mail programs open links by themselves. A POST ends the mails, from
 * the page or, by one click, from the mail program (RFC 8058), which sends no cookie and needs none.
 */
export async function registerUnsubscribe(
  app: FastifyInstance,
  services: Pick<Services, "db" | "mediaKeys" | "clock">,
): Promise<void> {
  const [ask, done] = [await read("unsubscribe.html"), await read("unsubscribed.html")];
  /** Whom a request may end the mails of; null for an address that we did not sign, or that has expired. */
  const personOf = (request: FastifyRequest): string | null => {
    const [person, signature] = [address.safeParse(request.params), pathSignature.safeParse(request.query)];
    if (!person.success || !signature.success) return null;
    const { userId } = person.data;
    return isSigned(unsubscribePath(userId), signature.data, services.mediaKeys, services.clock.now()) ? userId : null;
  };
  const page = (reply: FastifyReply, html: string) =>
    reply.headers(headers).type("text/html; charset=utf-8").send(html);
  const invalid = (reply: FastifyReply) =>
    reply
      .code(404)
      .headers(headers)
      .send({ error: "The link is not valid any more. Sign in to change what is mailed." });
  await app.register(async (scope) => {
    // What stands in a form says nothing that the address does not.
    scope.addContentTypeParser(
      "application/x-www-form-urlencoded",
      { parseAs: "string", bodyLimit: 1_024 },
      (_request, _body, parsed) => parsed(null, null),
    );
    scope.get("/notifications/unsubscribe/:userId", (request, reply) =>
      personOf(request) === null ? invalid(reply) : page(reply, ask),
    );
    scope.post("/notifications/unsubscribe/:userId", async (request, reply) => {
      const userId = personOf(request);
      if (userId === null) return invalid(reply);
      await endMails(services, userId);
      return page(reply, done);
    });
  });
}
