/** Access that several hold: Mastodon gives the same token to everybody who signs in to an account with this server's app. */
import t from "tap";
import { forgetConnections } from "../../../src/social-accounts/connections/forget-connections.ts";
import { mastodonSimulator } from "../../simulators/mastodon.ts";
import { actOnAccount } from "../../support/account-operations.ts";
import { joinWorkspace } from "../../support/atelier.ts";
import { createTestClock } from "../../support/clock.ts";
import { openSignInDesk } from "../../support/sign-in-desk.ts";
import { personalWorkspace } from "../../support/studio.ts";

t.test(
  "a Mastodon account in use survives a sign-in that nobody finishes, and its end in another workspace",
  async (t) => {
    const simulator = await mastodonSimulator(t, createTestClock());
    const desk = await openSignInDesk(t, {});
    const { atelier, ada } = desk;
    const signIn = async (more: Readonly<Record<string, unknown>> = {}) => {
      const { id, url } = await desk.start({ method: "MASTODON", server: simulator.url, ...more });
      const { given } = await desk.comeBack("mastodon", simulator.oauth.allow(url));
      return { id, ticket: given["ticket"] };
    };
    const first = await signIn();
    const { socialAccounts } = await desk.complete(first.id, first.ticket);
    const socialAccountId: string = socialAccounts[0].id;
    const isAlive = async (why: string) =>
      t.match(
        await ada.mutate(actOnAccount("Check"), { socialAccountId }),
        { socialAccount: { state: "ACTIVE" } },
        why,
      );

    await signIn();
    atelier.clock.advance(12 * 60_000);
    await forgetConnections(atelier.services);
    await isAlive("the sign-in that was left was given the same token");

    const bob = await atelier.signUp("Bob");
    await joinWorkspace(atelier, ada, bob, "OWNER");
    const second = await signIn({ workspaceId: await personalWorkspace(bob) });
    const [other] = (await desk.complete(second.id, second.ticket)).socialAccounts;
    t.not(other.id, socialAccountId, "each workspace has an account of its own");
    await ada.mutate(actOnAccount("Disconnect"), { socialAccountId: other.id });
    await atelier.drain();
    t.equal(await atelier.services.db.socialAccount.count({ where: { credentials: { not: null } } }), 1);
    await isAlive("only the other workspace let it go");

    await ada.mutate(actOnAccount("Disconnect"), { socialAccountId });
    await atelier.drain();
    t.equal(
      simulator.oauth.tokens.size,
      1,
      "the last one ends it: what is left is the token that its owner made by hand",
    );
  },
);
