/** The irreversible half of a post, and how to find out what became of it. */
import { z } from "zod";
import { publishTrouble, readTrouble } from "../meta/refusal.ts";
import type { PublishOutcome, PublishRequest, ReconcileOutcome } from "../publication.ts";
import { callsOf, type Instagram, words } from "./account.ts";
import { containerRef, readStatus } from "./containers.ts";
import { findMedia } from "./find-media.ts";

/** A send may still be on its way for so long, in milliseconds. */
export const inFlight = 60_000;

const idShape = z.object({ id: z.string().min(1) });

/** Publishes the container. A container is published at most once, however often this is asked. */
export async function publish(self: Instagram, request: PublishRequest, signal: AbortSignal): Promise<PublishOutcome> {
  const { graph, token, account } = callsOf(self, request.session);
  const container = request.refs.get(containerRef);
  if (container === null) return { kind: "unavailable", message: "Instagram has not been sent the pictures yet." };
  const fields = { creation_id: container.value };
  const answer = await graph.postOnce({ path: `/${account}/media_publish`, fields, token, account, signal });
  if (answer.kind !== "answered") return publishTrouble(answer, words, token);
  const id = idShape.safeParse(answer.json).data?.id;
  if (id !== undefined) return { kind: "published", externalId: id, permalink: null };
  return { kind: "ambiguous", message: "Instagram gave an answer that could not be read." };
}

/** Asks the container, which knows whether it was published, and then the account's list for the post's id. */
export async function reconcile(
  self: Instagram,
  request: PublishRequest,
  signal: AbortSignal,
): Promise<ReconcileOutcome> {
  const calls = callsOf(self, request.session);
  const container = request.refs.get(containerRef);
  if (container === null) {
    return { kind: "unknown", message: "What was sent to Instagram is no longer known, so it cannot be looked up." };
  }
  const look = await readStatus(calls, container.value, signal);
  if (look.kind !== "status") return { kind: "unreadable", message: readTrouble(look, words, calls.token).message };
  switch (look.status) {
    case "PUBLISHED":
      return identify(self, request, signal);
    case "FINISHED":
      return stillFinished(self, request, signal);
    case "IN_PROGRESS":
      return { kind: "unreadable", message: "Instagram is still working on the pictures." };
    case "ERROR":
    case "EXPIRED": {
      const found = await findMedia(self, calls, request, signal);
      if (found.kind === "none") {
        return { kind: "absent", certain: false, message: "Instagram did not publish it before its pictures ran out." };
      }
      return tell(found, container.value);
    }
    case null:
      return { kind: "unreadable", message: "Instagram gave an answer that could not be read." };
  }
}

async function identify(self: Instagram, request: PublishRequest, signal: AbortSignal): Promise<ReconcileOutcome> {
  const found = await findMedia(self, callsOf(self, request.session), request, signal);
  return tell(found, request.refs.get(containerRef)?.value ?? "");
}

/** Says what was found of a post whose container is spent. */
function tell(found: Awaited<ReturnType<typeof findMedia>>, container: string): ReconcileOutcome {
  switch (found.kind) {
    case "one":
      return { kind: "present", externalId: found.id, permalink: found.permalink };
    case "none": {
      const message = "Instagram published it, but its list does not show it yet.";
      return { kind: "pending", externalId: container, message };
    }
    case "several": {
      const message = "Instagram shows several posts with this caption at this time. Look which one it is.";
      return { kind: "unknown", message };
    }
    case "trouble":
      return { kind: "unreadable", message: found.message };
  }
}

/** Not published, when nothing can be on its way any more and a second look says the same. */
async function stillFinished(self: Instagram, request: PublishRequest, signal: AbortSignal): Promise<ReconcileOutcome> {
  const now = self.clock.now().getTime();
  if (request.sentAt !== null && now - request.sentAt.getTime() < inFlight) {
    return { kind: "unreadable", message: "What was sent may still be on its way to Instagram." };
  }
  const calls = callsOf(self, request.session);
  const again = await readStatus(calls, request.refs.get(containerRef)?.value ?? "", signal);
  if (again.kind !== "status") return { kind: "unreadable", message: readTrouble(again, words, calls.token).message };
  if (again.status === "PUBLISHED") return identify(self, request, signal);
  const certain = again.status === "FINISHED";
  if (certain) return { kind: "absent", certain, message: "Instagram has the post ready, and did not publish it." };
  return { kind: "unreadable", message: "Instagram's answers about the post disagree." };
}
