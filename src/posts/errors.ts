import { DomainError } from "../infra/errors.ts";

/** A post cannot be scheduled while a picture of it is not approved. */
export class ImageNotApprovedError extends DomainError {
  readonly code = "IMAGE_NOT_APPROVED";
  readonly imageIds: readonly string[];

  constructor(imageIds: readonly string[]) {
    const subject =
      imageIds.length === 1 ? "A picture of this post is" : `${imageIds.length} pictures of this post are`;
    super(`${subject} not approved. Approve with \`reviewImages\`, or take out what is rejected.`);
    this.imageIds = imageIds;
  }
}

/** An account whose queue has no free slot. */
interface FullQueue {
  readonly id: string;
  readonly handle: string;
}

/** All slots of an account are taken, as far ahead as slots are given away. */
export class QueueFullError extends DomainError {
  readonly code = "QUEUE_FULL";
  readonly socialAccountIds: readonly string[];

  constructor(accounts: readonly FullQueue[]) {
    const handles = accounts.map(({ handle }) => handle).join(", ");
    const [has, them] = accounts.length === 1 ? ["has", "it"] : ["have", "them"];
    super(
      `${handles} ${has} no free slot in the next 60 days. Give ${them} more slots, cancel something, or name a time.`,
    );
    this.socialAccountIds = accounts.map(({ id }) => id);
  }
}
