import { z } from "zod";
import type { NotificationKind } from "../generated/prisma/enums.ts";

/** What a sentence is made of, as a notification keeps it. */
const notificationDetails = z.object({
  subject: z.string(),
  workspace: z.string(),
  outcome: z.string().nullable(),
});

/** A notification, as far as its sentence goes. */
export interface Told {
  readonly kind: NotificationKind;
  readonly count: number;
  readonly details: unknown;
}

const decisions: Readonly<Record<string, string>> = {
  APPROVED: "approved",
  REJECTED: "rejected",
  HELD: "held back",
};

/** What a person reads: one sentence without a full stop, and what there is to say beside it. */
export function sentenceOf({ kind, count, details }: Told): { readonly title: string; readonly body: string } {
  const { subject, workspace, outcome } = notificationDetails.parse(details);
  const many = count > 1;
  const pictures = many ? `${count} pictures are` : "A picture is";
  const quoted = `\u201c${subject}\u201d`;
  const reason = outcome === null || outcome === "" ? "" : ` ${outcome}`;
  switch (kind) {
    case "IMAGE_READY":
      return { title: `${pictures} ready`, body: quoted };
    case "IMAGE_FAILED":
      return { title: `${many ? `${count} pictures` : "A picture"} could not be made`, body: `${quoted}${reason}` };
    case "IMAGE_AWAITING_REVIEW":
      return {
        title: `${many ? `${count} pictures await` : "A picture awaits"} your review`,
        body: `${quoted} in ${workspace}`,
      };
    case "IMAGE_REVIEWED":
      return {
        title: `${many ? `${count} pictures were` : "A picture was"} ${outcome === "REJECTED" ? "rejected" : "approved"}`,
        body: quoted,
      };
    case "POST_PUBLISHED":
      return { title: "A post is out", body: quoted };
    case "POST_FAILED":
      return { title: "A post could not be published", body: `${quoted}${reason}` };
    case "POST_UNKNOWN":
      return { title: "A post may be out: look, then decide", body: `${quoted}${reason}` };
    case "POST_MISSED":
      return { title: "A post was too late to go out", body: `${quoted}${reason}` };
    case "POST_AT_RISK":
      return { title: "A scheduled post will not go out as things stand", body: quoted };
    case "POST_AWAITING_APPROVAL":
      return { title: "A post waits for your approval", body: `${quoted} in ${workspace}` };
    case "POST_REVIEWED": {
      const [decision = "", ...words] = (outcome ?? "").split(" ");
      return { title: `A post was ${decisions[decision] ?? "reviewed"}`, body: [quoted, ...words].join(" ") };
    }
    case "POST_COMMENTED":
      return { title: many ? `${count} comments on a post` : "A comment on a post", body: `${quoted}${reason}` };
    case "ACCOUNT_NEEDS_RECONNECT":
      return { title: `${subject} needs to be connected again`, body: `In ${workspace}.` };
    case "INVITATION":
      return { title: `You are invited into ${workspace}`, body: "The mail that came with it has the link." };
    case "WEBHOOK_PAUSED":
      return {
        title: `The webhook ${quoted} is paused`,
        body: `It failed too often. Look at its deliveries in ${workspace}.`,
      };
    case "OCCURRENCE_AT_RISK":
    case "OCCURRENCE_NEEDS_DECISION":
    case "OCCURRENCE_FALLBACK":
    case "OCCURRENCE_SKIPPED":
      return { title: occurrenceTitle(kind, count), body: `${quoted}${reason}` };
  }
}

function occurrenceTitle(kind: NotificationKind & `OCCURRENCE_${string}`, count: number): string {
  const many = count > 1;
  switch (kind) {
    case "OCCURRENCE_AT_RISK":
      return `${many ? `${count} planned posts wait` : "A planned post waits"} for a picture`;
    case "OCCURRENCE_NEEDS_DECISION":
      return "A planned post needs your decision";
    case "OCCURRENCE_FALLBACK":
      return "A planned post shows its fallback picture";
    case "OCCURRENCE_SKIPPED":
      return `${many ? `${count} planned posts do` : "A planned post does"} not go out`;
  }
}
