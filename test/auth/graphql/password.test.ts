import t from "tap";
import { openAtelier } from "../../support/atelier.ts";
import { latestToken, readMails } from "../../support/mailbox.ts";
import { operations, password, visit } from "../../support/visitor.ts";

const { changePassword, login, refresh, requestPasswordReset, resetPassword } = operations;
const fresh = "tangerine boat at dawn";
const minute = 60_000;

t.test("changing the password", async (t) => {
  const atelier = await openAtelier(t, { environment: { LOGIN_TRIES_PER_ACCOUNT: "3/15" } });
  const ada = await atelier.signUp("Ada");
  const browser = visit(atelier.app);
  const credentials = { email: ada.email, password };
  const session = await browser.mutate(login, credentials);
  const change = (input: object) => browser.mutate(changePassword, input, session.accessToken);

  t.test("takes the current one: a stolen access token is not enough, and guessing is limited", async (t) => {
    for (let n = 0; n < 3; n += 1) {
      t.match(await change({ currentPassword: "wrong horse battery", newPassword: fresh }), {
        __typename: "WrongPasswordError",
        message: "This is not your current password. Nothing was changed.",
      });
    }
    t.match(await change({ currentPassword: password, newPassword: fresh }), { code: "RATE_LIMITED", retryAfter: 300 });
    t.equal((await visit(atelier.app).mutate(login, credentials)).__typename, "LoginSuccess", "signing in goes on");
    atelier.clock.advance(14 * minute);
  });

  t.test("takes a good new one", async (t) => {
    for (const [newPassword, code] of [
      ["short", "TOO_SHORT"],
      ["password123", "TOO_COMMON"],
      ["ada@example.org", "OWN_WORDS"],
    ] as const) {
      const answer = await change({ currentPassword: password, newPassword });
      t.match(answer, { __typename: "ValidationError", issues: [{ path: ["newPassword"], code }] });
    }
    t.equal(await atelier.services.db.auditEntry.count({ where: { action: "PASSWORD_CHANGED" } }), 0);
  });

  t.test("ends every other session, tells its owner, and counts at once", async (t) => {
    const other = await browser.mutate(login, credentials);
    t.match(await change({ currentPassword: password, newPassword: fresh }), {
      __typename: "ChangePasswordSuccess",
      ended: 3,
    });
    const me = (token: string) => atelier.personWith(token).request("{ me { id } }");
    t.equal((await me(session.accessToken)).errors, undefined, "this one goes on");
    t.match((await me(other.accessToken)).errors, [{ extensions: { code: "UNAUTHENTICATED" } }]);
    t.match(await browser.mutate(refresh, { refreshToken: other.refreshToken }), { code: "INVALID_REFRESH_TOKEN" });
    t.match(await browser.mutate(refresh, { refreshToken: session.refreshToken }), {
      __typename: "RefreshTokenSuccess",
    });
    t.equal((await browser.mutate(login, credentials)).__typename, "InvalidCredentialsError");
    t.equal((await browser.mutate(login, { ...credentials, password: fresh })).__typename, "LoginSuccess");
    await atelier.drain();
    t.match((await readMails(atelier.services)).at(-1), { to: ada.email, subject: "Your password was changed" });
  });

  t.test("nobody changes anything", async (t) => {
    const { errors } = await atelier.nobody.request(changePassword, {
      input: { currentPassword: fresh, newPassword: password },
    });
    t.match(errors, [{ extensions: { code: "UNAUTHENTICATED" } }]);
  });
});

t.test("a sign-in that checks the old password while it is changed is either ended or not opened", async (t) => {
  const atelier = await openAtelier(t, { environment: { PASSWORD_HASHES: "8", LOGIN_TRIES_PER_ACCOUNT: "1000/1" } });
  const ada = await atelier.signUp("Ada");
  const browser = visit(atelier.app);
  const credentials = { email: ada.email, password };
  const changing = browser.mutate(changePassword, { currentPassword: password, newPassword: fresh }, ada.token ?? "");
  const opened = await Promise.all(Array.from({ length: 20 }, () => browser.mutate(login, credentials)));
  t.match(await changing, { __typename: "ChangePasswordSuccess" });
  for (const { refreshToken } of opened.filter(({ __typename }) => __typename === "LoginSuccess")) {
    t.match(await browser.mutate(refresh, { refreshToken }), { code: "INVALID_REFRESH_TOKEN" });
  }
  t.equal(await atelier.services.db.session.count({ where: { revokedAt: null } }), 1);
});

t.test("a forgotten password", async (t) => {
  const atelier = await openAtelier(t, { environment: { MAILS_PER_ACCOUNT: "4/60" } });
  const ada = await atelier.signUp("Ada");
  const browser = visit(atelier.app);
  const ask = (email: string) => browser.send(requestPasswordReset, { email });
  const token = async () => {
    await atelier.drain();
    return latestToken(atelier.services, ada.email, /Choose a new password/);
  };

  t.test("whether there is an account shows in nothing: answer, statements, jobs", async (t) => {
    await atelier.services.db.user.update({
      where: { emailKey: (await atelier.signUp("Dora")).email },
      data: { disabledAt: new Date() },
    });
    const seen: string[] = [];
    for (const email of [ada.email, "nobody@example.org", "dora@example.org"]) {
      atelier.statements.clear();
      const { statusCode, body, headers } = await ask(email);
      const { date: _date, ...rest } = headers;
      const statements = atelier.statements.all().filter((sql) => !/from "?revocation/i.test(sql));
      seen.push(JSON.stringify([statusCode, body, rest, statements.length]));
    }
    t.same(new Set(seen), new Set(seen.slice(0, 1)));
    await atelier.drain();
    const mails = (await readMails(atelier.services)).filter(({ subject }) => subject === "Choose a new password");
    t.same(
      mails.map(({ to }) => to),
      [ada.email],
    );
  });

  t.test("is replaced by the mailed link, which works once and ends all sessions", async (t) => {
    const secret = await token();
    const session = await browser.mutate(login, { email: ada.email, password });
    t.match(await browser.mutate(resetPassword, { token: secret, newPassword: "password123" }), {
      issues: [{ path: ["newPassword"], code: "TOO_COMMON" }],
    });
    const together = await Promise.all(
      Array.from({ length: 5 }, () => browser.mutate(resetPassword, { token: secret, newPassword: fresh })),
    );
    t.equal(together.filter(({ __typename }) => __typename === "ResetPasswordSuccess").length, 1);
    t.equal(together.filter(({ __typename }) => __typename === "InvalidLinkError").length, 4);
    t.match((await atelier.personWith(session.accessToken).request("{ me { id } }")).errors, [
      { message: /was ended/ },
    ]);
    t.equal((await browser.mutate(login, { email: ada.email, password })).__typename, "InvalidCredentialsError");
    t.equal((await browser.mutate(login, { email: ada.email, password: fresh })).__typename, "LoginSuccess");
    const { emailVerifiedAt } = await atelier.services.db.user.findUniqueOrThrow({ where: { emailKey: ada.email } });
    t.same(emailVerifiedAt, atelier.clock.now(), "whoever read the mail owns the address");
    await atelier.drain();
    t.match((await readMails(atelier.services)).at(-1), { to: ada.email, subject: "Your password was reset" });
  });

  t.test("an older link is void, an expired one too, a made-up one never was", async (t) => {
    await ask(ada.email);
    const older = await token();
    await ask(ada.email);
    const newer = await token();
    t.not(older, newer);
    atelier.clock.advance(60 * minute);
    for (const secret of [older, newer, "A".repeat(43), "", "x\u0001"]) {
      t.match(await browser.mutate(resetPassword, { token: secret, newPassword: fresh }), {
        __typename: "InvalidLinkError",
        message: "This link has expired, was used, or was replaced by a later one. Ask for a fresh one.",
      });
    }
  });

  t.test("can be told a few times an hour, known or not", async (t) => {
    for (const email of [ada.email, "stranger@example.org"]) {
      const types: string[] = [];
      for (let n = 0; n < 5; n += 1) types.push((await ask(email)).json().data.requestPasswordReset.__typename);
      t.same(types, [...Array(4).fill("RequestPasswordResetSuccess"), "TooManyAttemptsError"], email);
    }
  });
});

t.test("whoever registered somebody else's address keeps nothing once its owner resets the password", async (t) => {
  const atelier = await openAtelier(t);
  const squatter = await atelier.signUp("Ada");
  const script = await atelier.apiToken(squatter, ["workspace:admin"]);
  const owner = visit(atelier.app);
  const reset = async (newPassword: string) => {
    await owner.mutate(requestPasswordReset, { email: squatter.email });
    await atelier.drain();
    const token = await latestToken(atelier.services, squatter.email, /Choose a new password/);
    return owner.mutate(resetPassword, { token, newPassword });
  };
  t.match(await reset(fresh), { __typename: "ResetPasswordSuccess" });
  t.match((await script.request("{ me { email } }")).errors, [
    { message: /no such API token/, extensions: { code: "UNAUTHENTICATED" } },
  ]);
  const { accessToken } = await owner.mutate(login, { email: squatter.email, password: fresh });
  const later = await atelier.apiToken(atelier.personWith(accessToken), ["workspace:admin"]);
  t.match(await reset("another boat at dusk"), { __typename: "ResetPasswordSuccess" });
  t.match(
    (await later.request("{ me { email } }")).errors,
    [{ message: /no such API token/ }],
    "nor at any later reset",
  );
});

t.test("one place asks for mails in moderation", async (t) => {
  const atelier = await openAtelier(t, { environment: { MAILS_PER_ADDRESS: "3/60" } });
  const browser = visit(atelier.app);
  const types: string[] = [];
  for (const name of ["a", "b", "c", "d"])
    types.push((await browser.mutate(requestPasswordReset, { email: `${name}@example.org` })).__typename);
  t.same(types, [...Array(3).fill("RequestPasswordResetSuccess"), "TooManyAttemptsError"]);
});
