/** Shorthand for tests about workspaces and who is in them. */
import type { Role } from "../../src/generated/prisma/enums.ts";
import type { Atelier, Person } from "./atelier.ts";
import { latestToken } from "./mailbox.ts";

const errors = "... on Error { code message } ... on ValidationError { issues { path code message } }";
const limited = "... on TooManyAttemptsError { retryAfter }";
const workspace =
  "workspace { id name timeZone reviewPolicy defaultProvider fallbackProviders version role isPersonal }";
const invitation = "invitation { id email role status expiresAt invitedBy { displayName } }";

/** Mutations as clients write them. */
export const operations = {
  createWorkspace: `mutation ($input: CreateWorkspaceInput!) { createWorkspace(input: $input) { __typename ${errors} ${limited}
    ... on CreateWorkspaceSuccess { ${workspace} } } }`,
  updateWorkspace: `mutation ($input: UpdateWorkspaceInput!) { updateWorkspace(input: $input) { __typename ${errors}
    ... on VersionConflictError { currentVersion } ... on UpdateWorkspaceSuccess { ${workspace} } } }`,
  leaveWorkspace: `mutation ($input: LeaveWorkspaceInput!) { leaveWorkspace(input: $input) { __typename ${errors}
    ... on LeaveWorkspaceSuccess { leftWorkspaceId } } }`,
  inviteMember: `mutation ($input: InviteMemberInput!) { inviteMember(input: $input) { __typename ${errors} ${limited}
    ... on InviteMemberSuccess { ${invitation} } } }`,
  revokeInvitation: `mutation ($input: RevokeInvitationInput!) { revokeInvitation(input: $input) { __typename ${errors}
    ... on RevokeInvitationSuccess { ${invitation} } } }`,
  acceptInvitation: `mutation ($input: AcceptInvitationInput!) { acceptInvitation(input: $input) { __typename ${errors}
    ... on AcceptInvitationSuccess { ${workspace} } } }`,
  changeMemberRole: `mutation ($input: ChangeMemberRoleInput!) { changeMemberRole(input: $input) { __typename ${errors}
    ... on ChangeMemberRoleSuccess { member { id role } } } }`,
  removeMember: `mutation ($input: RemoveMemberInput!) { removeMember(input: $input) { __typename ${errors}
    ... on RemoveMemberSuccess { removedMemberId ${workspace} } } }`,
  transferOwnership: `mutation ($input: TransferOwnershipInput!) { transferOwnership(input: $input) { __typename ${errors}
    ... on TransferOwnershipSuccess { ${workspace} } } }`,
  createApiToken: `mutation ($input: CreateApiTokenInput!) { createApiToken(input: $input) { __typename ${errors}
    ... on CreateApiTokenSuccess { token apiToken { id name hint scopes workspace { id } createdAt expiresAt lastUsedAt } } } }`,
  revokeApiToken: `mutation ($input: RevokeApiTokenInput!) { revokeApiToken(input: $input) { __typename ${errors}
    ... on RevokeApiTokenSuccess { apiToken { id revokedAt } } } }`,
};

/** Makes a workspace to share. Answers its id. */
export async function newWorkspace(owner: Person, name = "Studio"): Promise<string> {
  const made = await owner.mutate(operations.createWorkspace, { name });
  if (made.workspace === undefined) throw new Error(made.message);
  return made.workspace.id;
}

/** Invites an address and lets the mail go out. Answers the secret of its link. */
export async function invite(
  atelier: Atelier,
  owner: Person,
  { workspaceId, email, role }: { workspaceId: string; email: string; role: Role },
): Promise<string> {
  const invited = await owner.mutate(operations.inviteMember, { workspaceId, email, role });
  if (invited.__typename !== "InviteMemberSuccess") throw new Error(invited.message);
  await atelier.drain();
  return latestToken(atelier.services, email, /invites you to/);
}

/** Brings somebody into a workspace through the front door. */
export async function join(
  atelier: Atelier,
  owner: Person,
  who: { workspaceId: string; person: Person; role: Role },
): Promise<void> {
  const token = await invite(atelier, owner, { ...who, email: who.person.email });
  const joined = await who.person.mutate(operations.acceptInvitation, { token });
  if (joined.__typename !== "AcceptInvitationSuccess") throw new Error(joined.message);
}

/** A workspace's members by display name: membership ids and roles, as somebody sees them. */
export async function membersOf(
  person: Person,
  workspaceId: string,
): Promise<Record<string, { readonly id: string; readonly role: Role }>> {
  const { data } = await person.request(
    "query ($id: ID!) { workspace(id: $id) { members(first: 100) { nodes { id role user { displayName } } } } }",
    { id: workspaceId },
  );
  const nodes: { id: string; role: Role; user: { displayName: string } }[] = data.workspace?.members.nodes ?? [];
  return Object.fromEntries(nodes.map(({ id, role, user }) => [user.displayName, { id, role }]));
}

/** Everything that the audit log says, by what happened, the oldest first. */
export async function auditTrail({ services: { db } }: Atelier): Promise<string[]> {
  // How people came to be signed in is another matter.
  const where = { action: { notIn: ["REGISTERED", "SIGNED_IN"] } };
  const entries = await db.auditEntry.findMany({ where, orderBy: { id: "asc" }, select: { action: true } });
  return entries.map(({ action }) => action);
}
