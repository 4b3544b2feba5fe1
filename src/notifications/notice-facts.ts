import { z } from "zod";
import type { Notice } from "../generated/prisma/client.ts";
import type { Tx } from "../infra/db.ts";

/** What telling a notice takes to know of its subject. */
export interface NoticeFacts {
  /** Who made the picture or wrote the post; null where nobody did, or nobody who is still here. */
  readonly makerId: string | null;
  /** The user who is told whatever their role: whoever is invited. */
  readonly personId: string | null;
  /** What it is called, shortened: a prompt, a caption, a handle. */
  readonly subject: string;
  readonly workspaceName: string;
  /** How it ended, where the kind leaves that open: APPROVED, a failure's message. */
  readonly outcome: string | null;
}

const row = z.object({
  id: z.string(),
  makerId: z.string().nullable(),
  personId: z.string().nullable(),
  subject: z.string(),
  workspaceName: z.string(),
  outcome: z.string().nullable(),
});

/**
 * Reads the facts of notices, by notice: one statement, however many. Those whose subject is gone, or needs nobody any more (a
 * picture that is reviewed by now, an invitation that was accepted, a planned post that has its picture), are missing: nobody is told of them.
 */
export async function readNoticeFacts(tx: Tx, notices: readonly Notice[]): Promise<ReadonlyMap<string, NoticeFacts>> {
  const ids = notices.map(({ id }) => id);
  const rows = await tx.$queryRaw`
    select n.id, w.name as "workspaceName",
      coalesce(i.created_by_id, p.author_id, s.owner_id) as "makerId", u.id as "personId",
      coalesce(left(coalesce(i.title, i.prompt), 80), left(p.caption, 80), s.name || ', ' || replace(left(coalesce(o.moved_to, o.local_time), 16), 'T', ' '), '@' || a.handle, h.name, w.name) as subject,
      case n.kind
        when 'IMAGE_REVIEWED' then i.review_state::text
        when 'IMAGE_FAILED' then left(i.failure_message, 200)
        when 'POST_REVIEWED' then d.kind::text || coalesce(' ' || left(d.reason, 200), '')
        when 'POST_COMMENTED' then left(c.text, 200)
        when 'OCCURRENCE_AT_RISK' then left(o.reason, 200)
        when 'OCCURRENCE_NEEDS_DECISION' then left(o.reason, 200)
        when 'OCCURRENCE_FALLBACK' then left(o.reason, 200)
        when 'OCCURRENCE_SKIPPED' then left(o.reason, 200)
        else left(t.failure_message, 200)
      end as outcome
    from notice n
    join workspace w on w.id = n.workspace_id
    left join image i on i.id = n.entity_id and n.kind in ('IMAGE_READY', 'IMAGE_FAILED', 'IMAGE_AWAITING_REVIEW', 'IMAGE_REVIEWED')
    left join post p on p.id = n.entity_id and n.kind in ('POST_PUBLISHED', 'POST_FAILED', 'POST_UNKNOWN', 'POST_MISSED', 'POST_AT_RISK',
      'POST_AWAITING_APPROVAL', 'POST_REVIEWED', 'POST_COMMENTED')
    left join post_target t on t.id = n.cause_id and p.id is not null
    left join post_decision d on d.id = n.cause_id and n.kind = 'POST_REVIEWED'
    left join post_comment c on c.id = n.cause_id and n.kind = 'POST_COMMENTED'
    left join social_account a on a.id = n.entity_id and n.kind = 'ACCOUNT_NEEDS_RECONNECT'
    left join occurrence o on o.id = n.entity_id
      and n.kind in ('OCCURRENCE_AT_RISK', 'OCCURRENCE_NEEDS_DECISION', 'OCCURRENCE_FALLBACK', 'OCCURRENCE_SKIPPED')
    left join posting_schedule s on s.id = o.schedule_id
    left join webhook h on h.id = n.entity_id and n.kind = 'WEBHOOK_PAUSED'
    left join invitation v on v.id = n.entity_id and n.kind = 'INVITATION' and v.accepted_at is null and v.revoked_at is null
    left join "user" u on u.email_key = v.email_key and u.email_verified_at is not null and u.disabled_at is null
    where n.id = any(${ids}::uuid[])
      and (i.id is not null and i.trashed_at is null or p.id is not null or a.id is not null or h.id is not null or v.id is not null or s.id is not null)
      and (n.kind <> 'POST_AWAITING_APPROVAL' or p.approval_state = 'PENDING')
      and (n.kind not in ('OCCURRENCE_AT_RISK', 'OCCURRENCE_NEEDS_DECISION') or o.state in ('PLANNED', 'AWAITING_PICTURE', 'NEEDS_DECISION'))
      and (n.kind <> 'IMAGE_AWAITING_REVIEW'
        or i.review_state = 'PENDING' and i.status = 'GENERATED' and w.review_policy = 'REQUIRED')`;
  return new Map(
    z
      .array(row)
      .parse(rows)
      .map(({ id, ...facts }) => [id, facts]),
  );
}
