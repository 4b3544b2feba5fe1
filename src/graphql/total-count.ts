/** What every connection says beside its page; imported for effect. */
import { builder } from "./builder.ts";

builder.globalConnectionField("totalCount", (t) =>
  t.int({
    nullable: true,
    description: "How many match; null beyond 10,000.",
    resolve: (connection) => connection.totalCount(),
  }),
);
