import type { SignedInViewer } from "../../graphql/context.ts";
import type { Clock } from "../../infra/clock.ts";
import type { Transact } from "../../infra/db.ts";
import { setAvatar } from "./set-avatar.ts";

/** Takes somebody's avatar away. Without one, nothing happens. */
export async function removeAvatar(
  services: { readonly transact: Transact; readonly clock: Clock },
  viewer: SignedInViewer,
): Promise<void> {
  await services.transact((tx) => setAvatar(tx, services, viewer, null));
}
