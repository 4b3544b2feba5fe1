import t from "tap";
import { openAtelier } from "../support/atelier.ts";
import { openSignedInSocket, subscribe } from "../support/raw-socket.ts";
import { operations, password, visit } from "../support/visitor.ts";

const name = "__Host-atelier-refresh";
const environment = { CORS_ORIGINS: "https://app.example.org" };
const credentials = { email: "ada@example.org", password };
const { login, refresh, logout } = operations;

t.test("a browser's refresh token", async (t) => {
  const atelier = await openAtelier(t, { environment });
  await atelier.signUp("Ada");
  const browser = visit(atelier.app);

  t.test("travels in a cookie that no script and no other site can use, and nowhere else", async (t) => {
    const response = await browser.send(login, { ...credentials, refreshTokenIn: "COOKIE" });
    const { login: answer } = response.json().data;
    t.match(answer, { __typename: "LoginSuccess", refreshToken: null, accessToken: /./ });
    t.match(
      response.headers["set-cookie"],
      /^__Host-atelier-refresh=atr_[\w.-]+; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Strict$/,
    );
    t.match(response.cookies, [{ expires: new Date(Math.floor(Date.parse(answer.refreshExpiresAt) / 1_000) * 1_000) }]);
    t.notMatch(response.body, browser.cookies.get(name) ?? "?");
  });

  t.test("renews the sign-in without a word in the body, and stays in the cookie", async (t) => {
    const before = browser.cookies.get(name);
    t.match(await browser.mutate(refresh, {}), { __typename: "RefreshTokenSuccess", refreshToken: null });
    t.not(browser.cookies.get(name), before);
    t.match(await browser.mutate(refresh, {}), { __typename: "RefreshTokenSuccess" }, "and again");
  });

  t.test("is not read for a page that is not on the list", async (t) => {
    for (const [origin, type] of [
      ["https://evil.example.org", "InvalidRefreshTokenError"],
      ["null", "InvalidRefreshTokenError"],
      ["https://app.example.org", "RefreshTokenSuccess"],
      ["http://atelier.test", "RefreshTokenSuccess"],
    ] as const) {
      const page = visit(atelier.app, { origin });
      page.cookies.set(name, browser.cookies.get(name) ?? "");
      const response = await page.send(refresh, {});
      t.equal(response.json().data.refreshToken.__typename, type, origin);
      browser.cookies.set(name, page.cookies.get(name) ?? "");
      const listed = origin === "https://app.example.org";
      t.equal(response.headers["access-control-allow-origin"], listed ? origin : undefined);
      if (listed) t.equal(response.headers["access-control-allow-credentials"], "true");
    }
  });

  t.test("cannot be used by a form of another site", async (t) => {
    for (const type of ["text/plain", "application/x-www-form-urlencoded"]) {
      const response = await atelier.app.inject({
        ...{ method: "POST", url: "/graphql", cookies: Object.fromEntries(browser.cookies) },
        headers: { "content-type": type },
        payload: JSON.stringify({ query: refresh, variables: { input: {} } }),
      });
      t.equal(response.statusCode, 415, type);
    }
  });

  t.test("is gone after signing out, from the browser and from the server", async (t) => {
    const copy = browser.cookies.get(name) ?? "";
    t.match(await browser.mutate(logout, {}), { __typename: "LogoutSuccess" });
    t.notOk(browser.cookies.has(name));
    browser.cookies.set(name, copy);
    t.match(await browser.mutate(refresh, {}), { code: "INVALID_REFRESH_TOKEN" });
    t.match(await browser.mutate(logout, {}), { code: "INVALID_REFRESH_TOKEN" });
    t.notOk(browser.cookies.has(name), "a cookie that leads nowhere is taken away too");
  });

  t.test("a token in the body leaves cookies alone", async (t) => {
    const response = await browser.send(login, credentials);
    const { refreshToken } = response.json().data.login;
    t.match(refreshToken, /^atr_/);
    t.equal(response.headers["set-cookie"], undefined);
    const renewed = await browser.send(refresh, { refreshToken });
    t.match(renewed.json().data.refreshToken.refreshToken, /^atr_/);
    t.equal(renewed.headers["set-cookie"], undefined);
  });
});

t.test("a websocket, which has no cookies, says so before it signs anybody in", async (t) => {
  const atelier = await openAtelier(t);
  const ada = await atelier.signUp("Ada");
  await atelier.listen();
  const socket = await openSignedInSocket(atelier, ada);
  socket.say(subscribe("1", login, { input: { ...credentials, refreshTokenIn: "COOKIE" } }));
  t.match(await socket.hear(), {
    type: "next",
    payload: {
      data: {
        login: {
          __typename: "ValidationError",
          issues: [
            { path: ["refreshTokenIn"], code: "NO_COOKIES_HERE", message: /Sign in over HTTP, or ask for BODY/ },
          ],
        },
      },
    },
  });
  t.equal(await atelier.services.db.session.count(), 1);
});
