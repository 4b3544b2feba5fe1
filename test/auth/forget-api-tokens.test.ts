import t from "tap";
import { apiTokenRetention, forgetApiTokens } from "../../src/auth/forget-api-tokens.ts";
import { addMilliseconds } from "../../src/infra/clock.ts";
import { openAtelier } from "../support/atelier.ts";

t.test("a token's row is kept for its time after it ended, and no longer", async (t) => {
  const { services, signUp, clock } = await openAtelier(t);
  await signUp("Ada");
  const { id: userId } = await services.db.user.findFirstOrThrow({ select: { id: true } });
  const ago = (milliseconds: number) => addMilliseconds(clock.now(), -milliseconds);
  const old = ago(apiTokenRetention + 1);
  const named = (name: string) => ({ userId, name, hash: name, hint: "atl_0000", scopes: [], expiresAt: ago(-1) });
  await services.db.apiToken.createMany({
    data: [
      named("live"),
      ...[
        { ...named("revoked"), revokedAt: old },
        { ...named("expired"), expiresAt: old },
      ],
      { ...named("kept"), revokedAt: ago(apiTokenRetention) },
    ],
  });
  t.equal(await forgetApiTokens(services), 2);
  const left = await services.db.apiToken.findMany({ select: { name: true }, orderBy: { name: "asc" } });
  t.same(left, [{ name: "kept" }, { name: "live" }]);
});
