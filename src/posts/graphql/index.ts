/** The posts' part of the schema; imported for effect. */
import "./post.ts";
import "./posts.ts";
import "./mutations.ts";
import "./editing.ts";
import "./bulk.ts";
import "./post-changed.ts";
import "./previews.ts";
import "./validate-post.ts";
import "./approval.ts";
import "./approval-history.ts";
import "./review-links.ts";
import "./post-review.ts";
import "./slots.ts";
import "./queue.ts";
