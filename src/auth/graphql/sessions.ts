import { builder } from "../../graphql/builder.ts";
import type { RefreshCookie } from "../../graphql/context.ts";
import { createdOrderEnum, createdOrders } from "../../graphql/created-order.ts";
import { encodeGlobalId, rowId } from "../../graphql/ids.ts";
import { keysetConnection } from "../../graphql/keyset.ts";
import { nodeSelection } from "../../graphql/node-selection.ts";
import { requireViewer } from "../../graphql/require-viewer.ts";
import { NotFoundError, ValidationError } from "../../infra/errors.ts";
import { InvalidRefreshTokenError } from "../errors.ts";
import { logout } from "../logout.ts";
import { logoutEverywhere } from "../logout-everywhere.ts";
import { ownRows } from "../own-rows.ts";
import { parseRefreshToken } from "../refresh-token.ts";
import { revokeSession } from "../revoke-session.ts";

const SessionType = builder.prismaNode("Session", {
  nullable: true,
  id: { field: "id", description: "The session's id." },
  description: "One sign-in of yours: a browser, a phone, a program.",
  findUnique: (id, { viewer }) => ({ id, AND: [ownRows(viewer)] }),
  fields: (t) => ({
    device: t.exposeString("device", {
      nullable: true,
      description: "What the client called itself when it was last used (`User-Agent`).",
    }),
    address: t.exposeString("address", { nullable: true, description: "The network address of its last use." }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "When it was signed in." }),
    lastUsedAt: t.expose("lastUsedAt", {
      type: "DateTime",
      description: "When it was last renewed; access tokens last a quarter of an hour, so it may have been used since.",
    }),
    expiresAt: t.expose("expiresAt", { type: "DateTime", description: "When it ends unless it is renewed before." }),
    endedAt: t.expose("revokedAt", {
      type: "DateTime",
      nullable: true,
      description: "When it was ended; null while it lives.",
    }),
    isCurrent: t.boolean({
      description: "Whether you ask by it.",
      select: { id: true },
      resolve: ({ id }, _args, { viewer }) => id === viewer?.sessionId,
    }),
  }),
});

const SessionOrder = createdOrderEnum("SessionOrder", "sessions");

const SessionConnection = builder.connectionObject(
  { type: SessionType, name: "SessionConnection", description: "A page of sessions." },
  { name: "SessionEdge", description: "A session in its list." },
);

builder.queryField("sessions", (t) =>
  t.connection(
    {
      type: SessionType,
      nullable: true,
      description: "Where you are signed in: your live sessions.",
      authScopes: { person: true },
      args: {
        orderBy: t.arg({
          type: SessionOrder,
          required: true,
          defaultValue: "CREATED_DESC",
          description: "How they are ordered.",
        }),
      },
      resolve: (_root, { orderBy, ...args }, context, info) => {
        const { db, clock } = context.services;
        const { userId } = requireViewer(context);
        const where = { userId, revokedAt: null, expiresAt: { gt: clock.now() } };
        return keysetConnection(
          { order: createdOrders[orderBy], args },
          (page) =>
            db.session.findMany({ ...nodeSelection(context, info), ...page, where: { AND: [where, page.where] } }),
          (take) => db.session.count({ where, take }),
        );
      },
    },
    SessionConnection,
  ),
);

const past = new Date(0);

/** Takes the cookie of an ended session from the browser; the one of another sign-in in the same browser stays. */
function dropCookie(cookie: RefreshCookie | null, sessionId: string): void {
  const held = cookie?.read() ?? null;
  if (held !== null && parseRefreshToken(held)?.sessionId === sessionId) cookie?.write(null, past);
}

const LogoutSuccess = builder.objectRef<{ readonly sessionId: string }>("LogoutSuccess").implement({
  description: "The session has ended; so do its access tokens and websockets within seconds, everywhere.",
  fields: (t) => ({
    sessionId: t.id({
      description: "The session that ended.",
      resolve: ({ sessionId }) => encodeGlobalId("Session", sessionId),
    }),
  }),
});

const LogoutInput = builder.inputType("LogoutInput", {
  description: "Which session to end.",
  fields: (t) => ({
    refreshToken: t.string({
      description:
        "Any refresh token of it. Default: the session of the access token, or else the one of the refresh token in the cookie.",
    }),
  }),
});

builder.mutationField("logout", (t) =>
  t.field({
    type: LogoutSuccess,
    nullable: true,
    description: "Ends one session: yours. Works with an access token, and without one by the refresh token.",
    args: { input: t.arg({ type: LogoutInput, required: true, description: "Which session." }) },
    errors: { types: [ValidationError, InvalidRefreshTokenError] },
    resolve: async (_root, { input }, { services, origin, viewer, refreshCookie }) => {
      const cookie = refreshCookie?.read() ?? null;
      const token = input.refreshToken ?? (viewer === null ? cookie : null);
      // A cookie that is used for signing out goes, whatever becomes of it.
      if (cookie !== null && token === cookie) refreshCookie?.write(null, past);
      const sessionId = await logout(services, origin, viewer, token);
      dropCookie(refreshCookie, sessionId);
      return { sessionId };
    },
  }),
);

const LogoutEverywhereSuccess = builder.objectRef<{ readonly ended: number }>("LogoutEverywhereSuccess").implement({
  description: "The sessions have ended; so do their access tokens and websockets within seconds, everywhere.",
  fields: (t) => ({ ended: t.exposeInt("ended", { description: "How many sessions ended." }) }),
});

const LogoutEverywhereInput = builder.inputType("LogoutEverywhereInput", {
  description: "Which sessions to end.",
  fields: (t) => ({
    keepCurrent: t.boolean({
      required: true,
      defaultValue: false,
      description: "Whether the session that you ask by goes on.",
    }),
  }),
});

builder.mutationField("logoutEverywhere", (t) =>
  t.withAuth({ person: true }).field({
    type: LogoutEverywhereSuccess,
    nullable: true,
    description: "Ends all of your sessions. API tokens go on: revoke them one by one.",
    args: { input: t.arg({ type: LogoutEverywhereInput, required: true, description: "Which sessions." }) },
    errors: { types: [ValidationError] },
    resolve: async (_root, { input }, { services, viewer, refreshCookie }) => {
      const ended = await logoutEverywhere(services, viewer, input);
      if (!input.keepCurrent) dropCookie(refreshCookie, viewer.sessionId);
      return { ended };
    },
  }),
);

const RevokeSessionSuccess = builder.objectRef<{ readonly sessionId: string }>("RevokeSessionSuccess").implement({
  description: "The session has ended; so do its access tokens and websockets within seconds, everywhere.",
  fields: (t) => ({
    session: t.prismaField({
      type: SessionType,
      description: "The session, ended.",
      resolve: (query, { sessionId }, _args, { services }) =>
        services.db.session.findUniqueOrThrow({ ...query, where: { id: sessionId } }),
    }),
  }),
});

const RevokeSessionInput = builder.inputType("RevokeSessionInput", {
  description: "Which session to end.",
  fields: (t) => ({ sessionId: t.id({ required: true, description: "Its id, from `sessions`." }) }),
});

builder.mutationField("revokeSession", (t) =>
  t.withAuth({ person: true }).field({
    type: RevokeSessionSuccess,
    nullable: true,
    description: "Ends one of your sessions from another.",
    args: { input: t.arg({ type: RevokeSessionInput, required: true, description: "Which session." }) },
    errors: { types: [ValidationError, NotFoundError] },
    resolve: async (_root, { input }, { services, viewer }) => {
      const sessionId = rowId("Session", input.sessionId, ["sessionId"]);
      await revokeSession(services, viewer, sessionId);
      return { sessionId };
    },
  }),
);
