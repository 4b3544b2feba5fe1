import type { EventLog } from "../infra/events.ts";
import { workspaceTopic } from "./record-workspace-change.ts";

/** What keeps a stream open. */
export interface Membership {
  readonly workspaceId: string;
  /** Rejects when the viewer may not watch the workspace (any more). */
  require(): Promise<void>;
}

/**
 * Opens a stream that its reader may watch for as long as they are a member: whenever the workspace's members change they are
 * looked up again, and the stream fails with what `require` rejects with. Nothing that happens after somebody was removed
 * reaches them: neither that it happened nor the id of what is gone.
 */
export async function whileMember<T>(
  { events }: { readonly events: Pick<EventLog, "listen"> },
  { workspaceId, require }: Membership,
  open: () => Promise<AsyncIterableIterator<T>>,
): Promise<AsyncIterableIterator<T>> {
  let stream: AsyncIterableIterator<T> | null = null;
  let refusal: { readonly error: unknown } | null = null;
  const refuse = async (error: unknown) => {
    refusal ??= { error };
    stopListening();
    await stream?.return?.();
  };
  let looking = Promise.resolve();
  // In place before the first look, so that no change falls between the two.
  const forget = events.listen({ workspaceIds: [workspaceId], topic: workspaceTopic }, () => {
    looking = looking.then(require).catch(refuse);
  });
  let listening = true;
  // A stream ends in several ways at once: its reader leaves while a value is on its way.
  const stopListening = () => {
    if (listening) forget();
    listening = false;
  };
  try {
    await require();
    stream = await open();
  } catch (error) {
    stopListening();
    throw error;
  }
  return guard(stream, { stopListening, refusal: () => looking.then(() => refusal) });
}

/** The stream, each of whose values waits for the look that is under way. */
function guard<T>(
  stream: AsyncIterableIterator<T>,
  watch: { stopListening(): void; refusal(): Promise<{ readonly error: unknown } | null> },
): AsyncIterableIterator<T> {
  const end = async (): Promise<IteratorResult<T>> => {
    watch.stopListening();
    await stream.return?.();
    return { value: undefined, done: true };
  };
  return {
    next: async () => {
      try {
        const result = await stream.next();
        const refusal = await watch.refusal();
        if (refusal !== null) throw refusal.error;
        if (result.done === true) watch.stopListening();
        return result;
      } catch (error) {
        await end();
        throw error;
      }
    },
    return: end,
    throw: async (error: unknown) => {
      await end();
      throw error;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
