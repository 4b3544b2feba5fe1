import t from "tap";
import { openAtelier } from "../../support/atelier.ts";
import { latestToken, readMails } from "../../support/mailbox.ts";
import { operations, visit } from "../../support/visitor.ts";

const { requestEmailVerification, verifyEmail } = operations;
const day = 24 * 60 * 60_000;

t.test("verifying an address", async (t) => {
  const atelier = await openAtelier(t, { registrationMails: true });
  const ada = await atelier.signUp("Ada");
  const browser = visit(atelier.app);
  const { db } = atelier.services;
  const verifiedAt = async () => (await db.user.findUniqueOrThrow({ where: { emailKey: ada.email } })).emailVerifiedAt;
  const token = async () => {
    await atelier.drain();
    return latestToken(atelier.services, ada.email, /Confirm/);
  };

  t.test("begins with the mail that registering sends", async (t) => {
    const secret = await token();
    t.match(await readMails(atelier.services), [
      { to: ada.email, text: `http://atelier.test/account/verify-email#token=${secret}` },
    ]);
    t.match(await db.mailLink.findMany(), [{ purpose: "VERIFY_EMAIL", secretHash: /^[\w-]{43}$/ }]);
    t.equal(await db.mailLink.count({ where: { secretHash: secret } }), 0, "the secret is nowhere but in the mail");
    t.equal(await verifiedAt(), null);
  });

  t.test("a later mail voids the earlier one", async (t) => {
    const earlier = await token();
    await browser.mutate(requestEmailVerification, { email: ada.email });
    t.not(await token(), earlier);
    t.match(await browser.mutate(verifyEmail, { token: earlier }), { code: "INVALID_LINK" });
  });

  t.test("is done by the link, and said again to whoever clicks twice", async (t) => {
    const secret = await token();
    for (let n = 0; n < 2; n += 1) {
      t.match(await browser.mutate(verifyEmail, { token: secret }), {
        __typename: "VerifyEmailSuccess",
        email: ada.email,
      });
    }
    t.same(await verifiedAt(), atelier.clock.now());
    t.equal(await db.auditEntry.count({ where: { action: "EMAIL_VERIFIED" } }), 1);
  });

  t.test("is not asked for again, and the answer does not tell", async (t) => {
    const before = (await readMails(atelier.services)).length;
    const answers = [ada.email, "nobody@example.org"].map((email) =>
      browser.mutate(requestEmailVerification, { email }),
    );
    const [known, unknown] = await Promise.all(answers);
    t.match(known, { __typename: "RequestEmailVerificationSuccess" });
    t.same(known, unknown);
    await atelier.drain();
    t.equal((await readMails(atelier.services)).length, before);
  });

  t.test("a link of another purpose, or past its time, does not count", async (t) => {
    const bob = await atelier.signUp("Bob");
    await atelier.drain();
    const secret = await latestToken(atelier.services, bob.email, /Confirm/);
    t.match(await browser.mutate(operations.resetPassword, { token: secret, newPassword: "tangerine boat at dawn" }), {
      code: "INVALID_LINK",
    });
    atelier.clock.advance(3 * day);
    t.match(await browser.mutate(verifyEmail, { token: secret }), { code: "INVALID_LINK" });
  });

  t.test("a link for an address that is the user's no more proves nothing", async (t) => {
    const carl = await atelier.signUp("Carl");
    await atelier.drain();
    const secret = await latestToken(atelier.services, carl.email, /Confirm/);
    await db.user.update({
      where: { emailKey: carl.email },
      data: { email: "new@example.org", emailKey: "new@example.org" },
    });
    t.match(await browser.mutate(verifyEmail, { token: secret }), { code: "INVALID_LINK" });
  });
});
