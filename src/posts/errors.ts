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

/** A post that somebody has to approve first cannot go out at once. */
export class PostNotApprovedError extends DomainError {
  readonly code = "POST_NOT_APPROVED";

  constructor() {
    super(
      "Somebody has to approve this post before it goes out. Submit it with `submitPost`, or schedule it at a time: it waits for its approval.",
    );
  }
}

/** Somebody decided about a post that is no longer what they looked at. */
export class ContentChangedError extends DomainError {
  readonly code = "VERSION_CONFLICT";
  /** What it is now. */
  readonly contentHash: string;

  constructor(contentHash: string) {
    super("The post is no longer what you looked at. Read it again, with its `contentHash`, then decide.");
    this.contentHash = contentHash;
  }
}

/** The account had, or will have, a post that looks the same. */
export class DuplicatePostError extends DomainError {
  readonly code = "DUPLICATE_POST";
  /** The posts that look the same. */
  readonly postIds: readonly string[];

  constructor(message: string, postIds: readonly string[]) {
    super(message);
    this.postIds = postIds;
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
