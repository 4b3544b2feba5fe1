import t from "tap";
import { joinWorkspace, openAtelier, type Person } from "../../support/atelier.ts";
import { readMails } from "../../support/mailbox.ts";
import { auditOf, peopleOnly, rowOf, scriptOf } from "../../support/people.ts";

const remove = `mutation ($input: DeleteMyAccountInput!) { deleteMyAccount(input: $input) { __typename
  ... on DeleteMyAccountSuccess { erasureDueAt } ... on Error { code message } ... on ValidationError { issues { path code } }
  ... on TooManyAttemptsError { retryAfter } } }`;
const keep = `mutation { keepMyAccount { __typename ... on KeepMyAccountSuccess { user { erasureDueAt } } ... on Error { code message } } }`;
const day = 24 * 60 * 60_000;
const password = "correct horse battery";

t.test("asking for one's account to be erased", async (t) => {
  const atelier = await openAtelier(t);
  const { services } = atelier;
  const dueOf = async (person: Person) => (await person.request("{ me { erasureDueAt } }")).data.me?.erasureDueAt;
  const mails = async (to: string) =>
    (await readMails(services)).filter((mail) => mail.to === to).map(({ subject }) => subject);

  t.test("ends all sessions; signing in and keeping it works until it is due", async (t) => {
    const ada = await atelier.signUp("Ada");
    const elsewhere = await atelier.signIn(ada);
    const bob = await atelier.signUp("Bob");
    const due = new Date(atelier.clock.now().getTime() + 14 * day).toISOString();
    t.equal(await dueOf(ada), null);
    const asked = await ada.mutate(remove, { password, confirm: " ADA@example.org " });
    t.same(asked, { __typename: "DeleteMyAccountSuccess", erasureDueAt: due });
    for (const session of [ada, elsewhere]) {
      t.match((await session.request("{ me { id } }")).errors, [{ extensions: { code: "UNAUTHENTICATED" } }]);
    }
    t.equal(await dueOf(bob), null, "nobody else is touched");
    await atelier.drain();
    t.ok((await mails(ada.email)).includes("Your account will be erased"));

    const back = await atelier.signIn(ada);
    t.equal(await dueOf(back), due);
    t.match(await back.mutate(remove, { password, confirm: "ada@example.org" }), {
      ...{ __typename: "ConflictError", message: `Your account is up for erasure already; it is due at ${due}.` },
    });
    t.same((await back.request(keep)).data.keepMyAccount, {
      ...{ __typename: "KeepMyAccountSuccess", user: { erasureDueAt: null } },
    });
    t.equal((await back.request(keep)).data.keepMyAccount.__typename, "ConflictError", "there is nothing to keep");
    await atelier.drain();
    t.ok((await mails(ada.email)).includes("Your account stays"));
    const acts = (await auditOf(atelier, ada)).map(({ action }) => action);
    t.ok(acts.includes("ERASURE_REQUESTED") && acts.includes("ERASURE_CANCELLED"));
  });

  t.test("needs the password and the address", async (t) => {
    const carol = await atelier.signUp("Carol");
    t.match(await carol.mutate(remove, { password: "wrong horse battery", confirm: "carol@example.org" }), {
      __typename: "WrongPasswordError",
    });
    t.match(await carol.mutate(remove, { password, confirm: "carl@example.org" }), {
      ...{ __typename: "ValidationError", issues: [{ path: ["confirm"], code: "MISMATCH" }] },
    });
    t.match(await carol.mutate(remove, { password: "x".repeat(1_001), confirm: "x".repeat(255) }), {
      issues: [
        { path: ["password"], code: "TOO_LONG" },
        { path: ["confirm"], code: "TOO_LONG" },
      ],
    });
    t.equal(await dueOf(carol), null, "and the session goes on");
    let last = { __typename: "" };
    for (let tries = 0; tries < 30 && last.__typename !== "TooManyAttemptsError"; tries += 1) {
      last = await carol.mutate(remove, { password: "wrong horse battery", confirm: "carol@example.org" });
    }
    t.equal(last.__typename, "TooManyAttemptsError", "guessing is limited");
  });

  t.test("is refused while people would be left without an owner, by name", async (t) => {
    const dora = await atelier.signUp("Dora");
    const emil = await atelier.signUp("Emil");
    await joinWorkspace(atelier, emil, dora, "EDITOR");
    const answer = await dora.mutate(remove, { password, confirm: "dora@example.org" });
    t.match(answer, { __typename: "ConflictError", message: `only owner of "Dora's workspace", where other people` });
    t.match(await emil.mutate(remove, { password, confirm: "emil@example.org" }), {
      __typename: "DeleteMyAccountSuccess",
    });
    await services.db.member.update({
      where: {
        workspaceId_userId: {
          workspaceId: (
            await services.db.workspace.findFirstOrThrow({ where: { personalOf: rowOf(dora) }, select: { id: true } })
          ).id,
          userId: rowOf(emil),
        },
      },
      data: { role: "OWNER" },
    });
    t.match(await dora.mutate(remove, { password, confirm: "dora@example.org" }), {
      __typename: "DeleteMyAccountSuccess",
    });
  });

  t.test("asked for twice at once, it happens once", async (t) => {
    const fritz = await atelier.signUp("Fritz");
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => fritz.request(remove, { input: { password, confirm: fritz.email } })),
    );
    const names = answers.map(({ data }) => data?.deleteMyAccount?.__typename);
    t.equal(names.filter((name) => name === "DeleteMyAccountSuccess").length, 1);
    t.equal((await auditOf(atelier, fritz)).filter(({ action }) => action === "ERASURE_REQUESTED").length, 1);
  });

  t.test("it is too late once it is due", async (t) => {
    const greta = await atelier.signUp("Greta");
    await greta.mutate(remove, { password, confirm: greta.email });
    atelier.clock.advance(14 * day);
    const back = await atelier.signIn(greta);
    t.match((await back.request(keep)).data.keepMyAccount, {
      ...{ __typename: "ConflictError", message: /its time has come/ },
    });
  });

  t.test("is not for nobody, and not for scripts", async (t) => {
    const hanna = await atelier.signUp("Hanna");
    const script = await scriptOf(atelier, hanna);
    const input = { password, confirm: hanna.email };
    t.match((await script.request(remove, { input })).errors, [peopleOnly]);
    t.match((await script.request(keep)).errors, [peopleOnly]);
    t.match((await atelier.nobody.request(remove, { input })).errors, [{ extensions: { code: "UNAUTHENTICATED" } }]);
    t.match((await atelier.nobody.request(keep)).errors, [{ extensions: { code: "UNAUTHENTICATED" } }]);
    t.equal(await dueOf(hanna), null);
  });
});
