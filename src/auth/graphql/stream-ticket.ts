import { builder } from "../../graphql/builder.ts";

const CreateStreamTicketSuccess = builder
  .objectRef<{ readonly ticket: string; readonly expiresAt: Date }>("CreateStreamTicketSuccess")
  .implement({
    description: "A ticket for `EventSource`, which cannot send an `Authorization` header.",
    isTypeOf: () => true,
    fields: (t) => ({
      ticket: t.exposeString("ticket", {
        description:
          "Open `/graphql/stream?ticket=…&query=…&variables=…` with it. It can only listen: no query, no mutation. A browser that reconnects sends it again, so it is not used up; it ends with your sign-in.",
      }),
      expiresAt: t.expose("expiresAt", {
        type: "DateTime",
        description:
          "When the stream ends and the ticket no longer counts. Get a fresh one and pass the last event's `cursor` as `after`.",
      }),
    }),
  });

builder.mutationField("createStreamTicket", (t) =>
  t.withAuth({ person: true }).field({
    type: CreateStreamTicketSuccess,
    nullable: true,
    description:
      "Makes a ticket with which a page's `EventSource` may listen in your name. Whatever can send a header does without. People only: no API token can.",
    errors: { types: [] },
    resolve: (_root, _args, { accessTokens, viewer }) => accessTokens.issueTicket(viewer),
  }),
);
