import t from "tap";
import { blueskySimulator } from "../../simulators/bluesky.ts";
import { createTestClock } from "../../support/clock.ts";
import { openSignInDesk } from "../../support/sign-in-desk.ts";

const connect = `mutation ($input: ConnectSocialAccountInput!) { connectSocialAccount(input: $input) { __typename
  ... on Error { code message } ... on ValidationError { issues { path code message } }
  ... on ConnectSocialAccountSuccess { socialAccount { handle platform state url } } } }`;

t.test(
  "a Bluesky account is connected by a form; the password is not kept, and faults stand beside their fields",
  async (t) => {
    const simulator = await blueskySimulator(t, createTestClock());
    const desk = await openSignInDesk(t, { BLUESKY_SERVER: simulator.url, BLUESKY_APPVIEW: simulator.url });
    const form = { identifier: "alice.test", appPassword: simulator.appPassword };
    const submit = (bluesky: Readonly<Record<string, string>>) => desk.ada.mutate(connect, { account: { bluesky } });
    const refused = (field: string, code: RegExp) => ({
      ...{ __typename: "ValidationError", issues: [{ path: ["account", "bluesky", field], code, message: /\S/ }] },
    });
    t.match(await submit({ ...form, server: "not a server" }), refused("server", /INVALID/));
    t.match(await submit({ ...form, identifier: "nobody.test" }), { __typename: "ValidationError" });
    t.match(await submit({ ...form, appPassword: "aaaa-bbbb-cccc-dddd" }), refused("appPassword", /./));
    // The account's own password opens far more than posting.
    const own = await submit({ ...form, appPassword: simulator.ownPassword });
    t.match(own, refused("appPassword", /./));
    t.notMatch(JSON.stringify(own), simulator.ownPassword);
    t.match(await submit({ ...form, server: "http://127.0.0.1:1" }), { __typename: "PlatformUnavailableError" });
    t.same(await desk.accounts(), []);

    t.match(await submit(form), { socialAccount: { handle: "alice.test", platform: "BLUESKY", state: "ACTIVE" } });
    t.match(await submit({ ...form, identifier: "@alice.test" }), { socialAccount: { handle: "alice.test" } });
    t.equal((await desk.accounts()).length, 1, "connected again it stays one account");
    const eve = await desk.atelier.signUp("Eve");
    const { data } = await eve.request("{ socialAccounts { nodes { handle } } }");
    t.same(data.socialAccounts.nodes, [], "and nobody else's");
    await t.rejects(desk.start({ method: "BLUESKY" }), /NEEDS_FORM/);
    t.same(simulator.offences, []);
  },
);
