import type { GraphQLError } from "graphql";
import { execute, type GraphQLSchema } from "graphql";
import type { Webhook } from "../../generated/prisma/client.ts";
import type { Context, DocumentEvent } from "../../graphql/context.ts";
import { formatError } from "../../graphql/format-error.ts";
import type { Scope } from "../../graphql/permissions.ts";
import { DomainError } from "../../infra/errors.ts";
import type { Services } from "../../services.ts";
import { requireMember } from "../../workspaces/require-member.ts";
import { createDocumentCheck } from "./check-document.ts";

/** Milliseconds that a document may take. */
const deadline = 10_000;

/** Characters of what it may answer. */
const longest = 256 * 1_024;

/** A document reads, and nothing else. */
const scopes: readonly Scope[] = ["images:read", "posts:read", "analytics:read"];

/** What a document answered, or why there is no answer that may be sent. */
export type DocumentData =
  | { readonly ok: true; readonly data: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly fault: string };

/** Executes a webhook's document about an event. */
export type ExecuteDocument = (
  webhook: Pick<Webhook, "id" | "workspaceId" | "createdById">,
  document: string,
  event: DocumentEvent,
) => Promise<DocumentData>;

/**
 * Makes what executes documents. It asks in the name of whoever gave the webhook its document, as a script of theirs that reaches
 * this workspace alone and may only read: what they may no longer see is null in the message, and when they no longer manage the
 * webhook nothing is sent. The document is checked anew: a schema moves on.
 */
export function createDocumentExecutor(services: Services, schema: GraphQLSchema): ExecuteDocument {
  const check = createDocumentCheck(schema, services.config);
  return async (webhook, document, event) => {
    const { createdById: userId, workspaceId } = webhook;
    if (userId === null) return refused("The account of whoever gave it its document is gone.");
    const manages = await manager(services, { userId, workspaceId });
    if (manages !== null) return refused(`Whoever gave it its document no longer manages it: ${manages}`);
    const prepared = check(document);
    if (!prepared.ok) return refused(`Its document is no longer valid: ${prepared.fault}`);
    const answer = execute({
      ...{ schema, document: prepared.document },
      contextValue: contextOf(services, { webhookId: webhook.id, userId, workspaceId, event }),
    });
    const result = await withinDeadline(Promise.resolve(answer));
    if (result === null) return refused("Its document took longer than ten seconds.");
    const found = result.data?.["webhookEvent"];
    if (found === null || found === undefined)
      return refused(`Its document failed: ${result.errors?.[0]?.message ?? ""}`);
    const errors = (result.errors ?? []).map((error) => formatError(error, services.log));
    const data = { ...found, ...(errors.length > 0 && { errors: errors.map(asJson) }) };
    return JSON.stringify(data).length > longest
      ? refused("Its document answers more than 256 KiB.")
      : { ok: true, data };
  };
}

const refused = (fault: string): DocumentData => ({ ok: false, fault });

const asJson = ({ message, path }: GraphQLError) => ({ message, path: path ?? [] });

async function manager(
  { db }: Pick<Services, "db">,
  { userId, workspaceId }: { readonly userId: string; readonly workspaceId: string },
): Promise<string | null> {
  try {
    await requireMember(db, { userId, grant: null }, { workspaceId, permission: "workspace:admin" });
    return null;
  } catch (error) {
    if (error instanceof DomainError) return error.message;
    throw error;
  }
}

async function withinDeadline<T>(work: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), deadline);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

interface Occasion {
  readonly webhookId: string;
  readonly userId: string;
  readonly workspaceId: string;
  readonly event: DocumentEvent;
}

function contextOf(services: Services, { webhookId, userId, workspaceId, event }: Occasion): Context {
  const origin = { address: null, device: "webhook" };
  const noTokens = () => {
    throw new Error("A webhook's document has no tokens.");
  };
  return {
    ...{ services, origin, refreshCookie: null, eventPosition: services.events.position(), documentEvent: event },
    accessTokens: { issue: noTokens, read: noTokens, issueTicket: noTokens, readTicket: noTokens },
    viewer: {
      ...{ userId, sessionId: null, personalWorkspaceId: workspaceId, isOperator: false, origin },
      grant: { apiTokenId: webhookId, scopes, workspaceId },
    },
  };
}
