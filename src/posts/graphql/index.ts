/** The posts' part of the schema; imported for effect. */
import "./post.ts";
import "./posts.ts";
import "./mutations.ts";
import "./editing.ts";
import "./bulk.ts";
import "./post-changed.ts";
import "./previews.ts";
import "./validate-post.ts";
import "./slots.ts";
import "./queue.ts";
