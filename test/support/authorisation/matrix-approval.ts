/** Who may decide about posts and talk about them: see matrix.ts. */
import { anybody, type Entry, edge, inWorkspace, lookedUp, mutationOf } from "./entry.ts";
import type { Place } from "./places.ts";

const byId = "query ($id: ID!) { node(id: $id) { id } }";
const from = (type: string, way: string) => `query ($id: ID!) { node(id: $id) { ... on ${type} { ${way} } } }`;
const the = (make: (place: Place) => Promise<string>) => async (place: Place) => ({ id: await make(place) });
const post = the((place) => place.post());
const decision = the((place) => place.postDecision());
const comment = the((place) => place.postComment());
const link = the((place) => place.reviewLink());

/** Fields of Query. */
export const approvalQueries: Readonly<Record<string, Entry>> = {
  postReview: anybody("query ($token: String!) { postReview(token: $token) { label } }", async (place) => ({
    token: await place.reviewToken(),
  })),
};

/** Fields of Mutation. */
export const approvalMutations: Readonly<Record<string, Entry>> = {
  submitPost: inWorkspace("posts:write", mutationOf("submitPost"), async (place) => ({
    input: { postId: await place.post() },
  })),
  // Whoever is let in is told that the post is another by now, or that it is a draft.
  approvePost: {
    ...inWorkspace("posts:review", mutationOf("approvePost"), async (place) => ({
      input: { postId: await place.post(), contentHash: "none" },
    })),
    passes: ["VERSION_CONFLICT"],
  },
  rejectPost: {
    ...inWorkspace("posts:review", mutationOf("rejectPost"), async (place) => ({
      input: { postId: await place.post(), contentHash: "none", reason: "No." },
    })),
    passes: ["VERSION_CONFLICT"],
  },
  holdPost: {
    ...inWorkspace("posts:review", mutationOf("holdPost"), async (place) => ({
      input: { postId: await place.post() },
    })),
    passes: ["CONFLICT"],
  },
  commentOnPost: inWorkspace("posts:comment", mutationOf("commentOnPost"), async (place) => ({
    input: { postId: await place.post(), text: "Higher!" },
  })),
  createReviewLink: inWorkspace("posts:review", mutationOf("createReviewLink"), async (place) => ({
    input: { postId: await place.post(), label: "A client" },
  })),
  revokeReviewLink: inWorkspace("posts:review", mutationOf("revokeReviewLink"), async (place) => ({
    input: { reviewLinkId: await place.reviewLink() },
  })),
  decideByReviewLink: {
    ...anybody(mutationOf("decideByReviewLink"), async (place) => ({
      input: { token: await place.reviewToken(), name: "Kim", decision: "APPROVE", contentHash: "none" },
    })),
    passes: ["VERSION_CONFLICT"],
  },
  commentByReviewLink: anybody(mutationOf("commentByReviewLink"), async (place) => ({
    input: { token: await place.reviewToken(), name: "Kim", text: "Higher!" },
  })),
};

/** Types that `node` and `nodes` find. */
export const approvalNodes: Readonly<Record<string, Entry>> = {
  PostDecision: lookedUp("posts:read", byId, decision),
  PostComment: lookedUp("posts:read", byId, comment),
  ReviewLink: lookedUp("posts:review", byId, link),
};

/** Ways from one thing to another. */
export const approvalEdges: Readonly<Record<string, Entry>> = {
  "Post.decisions": edge("posts:read", "posts:read", from("Post", "id decisions { nodes { id } }"), post),
  "Post.comments": edge("posts:read", "posts:read", from("Post", "id comments { nodes { id } }"), post),
  "Post.reviewLinks": edge("posts:read", "posts:read", from("Post", "id reviewLinks { id }"), post),
  "PostDecision.post": edge("posts:read", "posts:read", from("PostDecision", "post { id }"), decision),
  "PostDecision.user": edge("posts:read", "posts:read", from("PostDecision", "user { id }"), decision),
  "PostComment.post": edge("posts:read", "posts:read", from("PostComment", "post { id }"), comment),
  "PostComment.user": edge("posts:read", "posts:read", from("PostComment", "user { id }"), comment),
  "ReviewLink.post": edge("posts:review", "posts:read", from("ReviewLink", "post { id }"), link),
  "ReviewLink.createdBy": edge("posts:review", "posts:review", from("ReviewLink", "createdBy { id }"), link),
};
