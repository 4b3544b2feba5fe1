import t from "tap";
import { addMilliseconds } from "../../src/infra/clock.ts";
import { forgetInvitations, invitationRetention } from "../../src/workspaces/forget-invitations.ts";
import { openAtelier } from "../support/atelier.ts";
import { rowIdOf } from "../support/studio.ts";
import { newWorkspace } from "../support/team.ts";

t.test("an invitation is kept for its time after it ended, and no longer", async (t) => {
  const { services, signUp, clock } = await openAtelier(t);
  const workspaceId = rowIdOf(await newWorkspace(await signUp("Ada")));
  const ago = (milliseconds: number) => addMilliseconds(clock.now(), -milliseconds);
  const [old, kept] = [ago(invitationRetention + 1), ago(invitationRetention)];
  const offer = { workspaceId, role: "VIEWER", expiresAt: ago(-1) } as const;
  const named = (email: string) => ({ ...offer, email, emailKey: email });
  await services.db.invitation.createMany({
    data: [
      named("open"),
      ...[
        { ...named("accepted"), acceptedAt: old },
        { ...named("revoked"), revokedAt: old },
      ],
      ...[
        { ...named("expired"), expiresAt: old },
        { ...named("kept"), expiresAt: kept },
      ],
    ],
  });
  t.equal(await forgetInvitations(services), 3);
  const left = await services.db.invitation.findMany({ select: { email: true }, orderBy: { email: "asc" } });
  t.same(left, [{ email: "kept" }, { email: "open" }]);
});
