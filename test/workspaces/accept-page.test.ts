/** The page of an invitation, run on as much of a browser as it uses; what it asks, the real server answers. */
import t from "tap";
import { type Atelier, openAtelier } from "../support/atelier.ts";
import { invite, membersOf, newWorkspace } from "../support/team.ts";

/** A part of the page. */
class Part {
  textContent = "";
  hidden = true;
  disabled = false;
  values: Readonly<Record<string, string>> = {};
  button: Part | null = null;
  submitted: ((event: { preventDefault(): void }) => void) | null = null;

  querySelector(): Part {
    this.button ??= new Part();
    return this.button;
  }

  addEventListener(_type: string, listener: (event: { preventDefault(): void }) => void): void {
    this.submitted = listener;
  }
}

/** Opens the page at an address. Answers its parts, and what stands in the address bar. */
async function openPage({ app }: Atelier, hash: string) {
  const parts = new Map<string, Part>();
  const part = (id: string): Part => parts.get(id) ?? parts.set(id, new Part()).get(id) ?? new Part();
  const bar = { shown: `/account/accept-invitation${hash}` };
  let asked: Promise<unknown> = Promise.resolve();
  const browser = {
    document: { getElementById: part },
    location: { hash, pathname: "/account/accept-invitation" },
    history: { replaceState: (_state: unknown, _title: string, path: string) => void (bar.shown = path) },
    FormData: class {
      readonly #form: Part;
      constructor(form: Part) {
        this.#form = form;
      }
      [Symbol.iterator]() {
        return Object.entries(this.#form.values)[Symbol.iterator]();
      }
    },
    fetch: (url: string, { headers, body }: { headers: Record<string, string>; body: string }) => {
      const { pathname } = new URL(url, "http://atelier.test/account/accept-invitation");
      const answer = app.inject({ method: "POST", url: pathname, headers, payload: body });
      asked = answer;
      return answer;
    },
  };
  Object.assign(globalThis, browser);
  // A fresh module each time: the page runs when it is loaded.
  await import(`../../src/workspaces/pages/accept-invitation.js?${encodeURIComponent(hash)}`);
  const settle = async () => {
    for (let last: Promise<unknown> | null = null; last !== asked; ) {
      last = asked;
      await asked;
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  await settle();
  const submit = async (id: string, values: Readonly<Record<string, string>>) => {
    part(id).values = values;
    part(id).submitted?.({ preventDefault: () => undefined });
    await settle();
  };
  return { part, bar, submit };
}

const password = "correct horse battery";

t.test("somebody new registers on the page and is a member", async (t) => {
  const atelier = await openAtelier(t);
  const ada = await atelier.signUp("Ada");
  const workspaceId = await newWorkspace(ada);
  const token = await invite(atelier, ada, { workspaceId, email: "bob@example.org", role: "EDITOR" });
  const { part, bar, submit } = await openPage(atelier, `#token=${token}`);
  t.equal(bar.shown, "/account/accept-invitation", "the secret is out of the address");
  t.equal(part("title").textContent, "Ada invites you to “Studio”");
  t.match(part("story").textContent, /You would be an editor.*for b\*\*\*@e\*\*\*\.org/);
  t.same([part("sign-in").hidden, part("register").hidden], [false, false]);

  await submit("register", { email: "bob@example.org", displayName: "Bob", password: "short" });
  t.match(part("fault").textContent, /5 characters/, "what is wrong is said");
  t.equal(part("register").querySelector().disabled, false, "and can be put right");
  await submit("register", { email: "bob@example.org", displayName: "Bob", password });
  t.equal(part("fault").textContent, "");
  t.match(part("story").textContent, /member of “Studio” now/);
  t.same([part("sign-in").hidden, part("register").hidden], [true, true]);
  t.match(await membersOf(ada, workspaceId), { Bob: { role: "EDITOR" } });
  const left = { user: { emailKey: "bob@example.org" }, revokedAt: null };
  t.equal(await atelier.services.db.session.count({ where: left }), 0, "and no sign-in is left behind");
});

t.test("somebody with an account signs in; with another address they are told", async (t) => {
  const atelier = await openAtelier(t);
  const [ada, cleo, eve] = [await atelier.signUp("Ada"), await atelier.signUp("Cleo"), await atelier.signUp("Eve")];
  const workspaceId = await newWorkspace(ada);
  const token = await invite(atelier, ada, { workspaceId, email: cleo.email, role: "VIEWER" });
  const { part, submit } = await openPage(atelier, `#token=${token}`);
  await submit("sign-in", { email: eve.email, password });
  t.match(part("fault").textContent, /for c\*\*\*@e\*\*\*\.org.*signed in as eve@example\.org/);
  await submit("sign-in", { email: cleo.email, password });
  t.match(part("story").textContent, /member of “Studio” now/);
});

t.test("a link that leads nowhere says so", async (t) => {
  const atelier = await openAtelier(t);
  for (const hash of ["", "#token=", "#token=nonsense", "#other"]) {
    const { part } = await openPage(atelier, hash);
    t.equal(part("title").textContent, "This invitation is not valid", hash);
    t.equal(part("register").hidden, true);
  }
});
