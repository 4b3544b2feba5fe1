import t from "tap";
import { openSmtpServer, type SmtpBehaviour } from "../simulators/smtp.ts";
import { openAtelier } from "../support/atelier.ts";
import { newWorkspace, operations } from "../support/team.ts";

/** A workspace on a server that sends over SMTP, and an invitation that waits to be sent. */
async function open(t: Parameters<typeof openAtelier>[0], behaviour: SmtpBehaviour = {}) {
  const { port, received } = await openSmtpServer(t, behaviour);
  const environment = { SMTP_URL: `smtp://127.0.0.1:${port}`, MAIL_FROM: "Atelier <atelier@example.org>" };
  const atelier = await openAtelier(t, { environment });
  const ada = await atelier.signUp("Ada");
  const workspaceId = await newWorkspace(ada, "Böcklin & Söhne");
  const invited = await ada.mutate(operations.inviteMember, { workspaceId, email: "bob@example.org", role: "VIEWER" });
  const jobs = () =>
    atelier.services.db.$queryRaw<{ task: string; attempts: number }[]>`
      select task_identifier as task, attempts from graphile_worker.jobs`;
  return { atelier, ada, workspaceId, received, jobs, invitationId: invited.invitation.id as string };
}

t.test("the mail goes to the invited address alone, with the link as text and as a button", async (t) => {
  const { atelier, received, jobs } = await open(t);
  await atelier.drain();
  t.match(received, [{ from: "atelier@example.org", to: ["bob@example.org"] }]);
  const mail = received[0]?.content.toString().replace(/=\r\n/g, "") ?? "";
  const links = [...mail.matchAll(/accept-invitation#token=3?D?([\w-]{43})/g)].map(([, token]) => token);
  t.ok(links.length >= 3, "as text, behind the button, and below it");
  t.equal(new Set(links).size, 1);
  t.match(mail, "B=C3=B6cklin &amp; S=C3=B6hne", "a name is text, also in HTML");
  t.same(await jobs(), []);
});

t.test("a server that does not take the mail now gets it again later, with a fresh secret", async (t) => {
  const { atelier, received, jobs } = await open(t, { refuse: { at: "RCPT", code: 451, text: "Try later" } });
  const hash = async () => (await atelier.services.db.invitation.findFirstOrThrow()).secretHash;
  t.equal(await hash(), null, "no secret before somebody sends one");
  await atelier.drain();
  const first = await hash();
  t.not(first, null);
  t.same(received, []);
  t.match(await jobs(), [{ task: "send-invitation", attempts: 1 }]);
  await atelier.services.db.$executeRaw`update graphile_worker._private_jobs set run_at = now()`;
  await atelier.drain();
  t.not(await hash(), first);
  t.match(await jobs(), [{ attempts: 2 }]);
});

t.test(
  "an address that is refused for good is not tried again; the invitation stays for its owner to see",
  async (t) => {
    const { atelier, ada, workspaceId, jobs } = await open(t, {
      refuse: { at: "RCPT", code: 550, text: "No such user" },
    });
    await atelier.drain();
    t.same(await jobs(), []);
    const query = "query ($id: ID!) { workspace(id: $id) { invitations { nodes { email status } } } }";
    const { data } = await ada.request(query, { id: workspaceId });
    t.match(data.workspace.invitations.nodes, [{ email: "bob@example.org", status: "OPEN" }]);
  },
);

t.test("an invitation that was taken back before the worker came is not sent", async (t) => {
  const { atelier, ada, received, invitationId } = await open(t);
  await ada.mutate(operations.revokeInvitation, { invitationId });
  await atelier.drain();
  t.same(received, []);
});
