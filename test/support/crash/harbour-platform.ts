/** The adapter of the harbour (test/simulators/harbour.ts): one platform with an account of every capability class. */
import { z } from "zod";
import type { OutboundHttp } from "../../../src/infra/outbound-http.ts";
import type { RemoteAccount } from "../../../src/platforms/connection.ts";
import type { Platform } from "../../../src/platforms/platform.ts";
import type {
  CapabilityClass,
  PrepareOutcome,
  PublishOutcome,
  PublishRequest,
  ReconcileOutcome,
  VerifyOutcome,
} from "../../../src/platforms/publication.ts";
import { sendOnce } from "../../../src/platforms/send-once.ts";

const post = z.object({ id: z.string(), text: z.string(), at: z.number() });
const made = z.object({ id: z.string() });
const containerState = z.object({ state: z.enum(["processing", "ready", "published"]), post: post.nullable() });
const byKey = z.object({ post: post.nullable() });
const listed = z.object({ posts: z.array(post) });

/** The classes that the harbour has accounts of. */
export const harbourClasses = ["keyed", "handle", "search", "none"] as const satisfies readonly CapabilityClass[];

const classOf = ({ remoteId }: Pick<RemoteAccount, "remoteId">): CapabilityClass =>
  harbourClasses.find((name) => remoteId.startsWith(name)) ?? "none";

const unavailable = { kind: "unavailable", message: "The harbour did not answer." } as const;

/** The harbour at an address. Its answers are listed exactly; everything else is unclear, as it must be. */
export function harbourPlatform(url: string, http: OutboundHttp): Platform {
  const ask = async <Shape extends z.ZodType>(
    shape: Shape,
    { path, body, signal }: { readonly path: string; readonly body?: object; readonly signal: AbortSignal },
  ): Promise<z.output<Shape> | null> => {
    const request = { url: `${url}${path}`, signal, deadlineMs: 10_000 };
    const result = await http.request(
      body === undefined ? request : { ...request, method: "POST", body: JSON.stringify(body) },
    );
    if (!result.ok || result.status !== 200) return null;
    return shape.parse(JSON.parse(result.body.toString()));
  };
  const where = (id: string) => ({ externalId: id, permalink: `${url}/posts/${id}` });

  const prepare = async ({ images, refs, session }: PublishRequest, signal: AbortSignal): Promise<PrepareOutcome> => {
    const account = session.account.remoteId;
    const media: string[] = [];
    for (const [index, image] of images.entries()) {
      const name = `media-${index}`;
      const kept = refs.get(name)?.value;
      const id =
        kept ?? (await ask(made, { path: "/media", body: { bytes: (await image.read()).length }, signal }))?.id;
      if (id === undefined) return unavailable;
      if (kept === undefined) await refs.keep(name, id);
      media.push(id);
    }
    if (classOf(session.account) !== "handle") return { kind: "ready" };
    const handle =
      refs.get("container")?.value ?? (await ask(made, { path: "/containers", body: { account, media }, signal }))?.id;
    if (handle === undefined) return unavailable;
    if (refs.get("container") === null) await refs.keep("container", handle);
    const found = await ask(containerState, { path: `/containers/${handle}`, signal });
    if (found === null) return unavailable;
    if (found.state !== "processing") return { kind: "ready" };
    return { kind: "waiting", retryAt: new Date(Date.now() + 600), message: "The container is being made." };
  };

  const publish = async ({ key, caption, refs, session, images }: PublishRequest): Promise<PublishOutcome> => {
    const account = session.account.remoteId;
    const media = images.flatMap((_image, index) => refs.get(`media-${index}`)?.value ?? []);
    const body = JSON.stringify({ account, key, container: refs.get("container")?.value, text: caption, media });
    const sent = await sendOnce(http, { url: `${url}/posts`, method: "POST", body });
    if (sent.kind !== "answered") return sent;
    if (sent.status === 200) return { kind: "published", ...where(post.parse(JSON.parse(sent.body.toString())).id) };
    if (sent.status === 422) return { kind: "refused", code: "KEY_MISSING", message: "There was no key." };
    return { kind: "ambiguous", message: `The harbour answered ${sent.status}.` };
  };

  const reconcile = async (request: PublishRequest, signal: AbortSignal): Promise<ReconcileOutcome> => {
    const { key, caption, refs, session, sentAt } = request;
    const account = session.account.remoteId;
    const unreadable = { kind: "unreadable", message: "The harbour did not answer." } as const;
    switch (classOf(session.account)) {
      case "keyed": {
        const found = await ask(byKey, { path: `/posts/by-key?account=${account}&key=${key}`, signal });
        if (found === null) return unreadable;
        if (found.post !== null) return { kind: "present", ...where(found.post.id) };
        return { kind: "absent", certain: true, message: "There is no post under the key." };
      }
      case "handle": {
        const found = await ask(containerState, { path: `/containers/${refs.get("container")?.value}`, signal });
        if (found === null) return unreadable;
        if (found.post !== null) return { kind: "present", ...where(found.post.id) };
        return { kind: "absent", certain: true, message: "The container was not published." };
      }
      default: {
        const found = await ask(listed, { path: `/posts?account=${account}`, signal });
        if (found === null) return unreadable;
        const since = (sentAt?.getTime() ?? 0) - 120_000;
        const candidates = found.posts.filter(({ text, at }) => text === caption && at >= since);
        const [first] = candidates;
        if (candidates.length > 1) return { kind: "unknown", message: "Several posts look like it." };
        if (first !== undefined) return { kind: "present", ...where(first.id) };
        return { kind: "absent", certain: false, message: "The list does not show it." };
      }
    }
  };

  const verify = async (externalId: string, signal: AbortSignal): Promise<VerifyOutcome> => {
    const found = await ask(post, { path: `/posts/${externalId}`, signal });
    return found === null ? unavailable : { kind: "there", permalink: where(found.id).permalink };
  };

  return {
    capabilityOf: classOf,
    // Longer than the harbour ever takes, lists included.
    settleWindow: 5_000,
    connect: ({ method, fields: { handle = "" } }) => {
      const account = { remoteId: handle, handle, name: handle, url: `${url}/${handle}`, method, details: {} };
      return Promise.resolve({
        kind: "connected",
        accounts: [{ account, credentials: {}, expiresAt: null, scopes: [] }],
      });
    },
    check: ({ account }) => Promise.resolve({ kind: "alive", account, scopes: null }),
    prepare,
    publish,
    reconcile,
    verify: (_session, externalId, signal) => verify(externalId, signal),
  };
}
