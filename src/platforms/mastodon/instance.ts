/** What a server says about itself: its software, and its limits, which each server sets for itself. */
import { z } from "zod";
import { askMastodon, type MastodonSetup, trouble } from "./api.ts";

const positive = z.number().int().positive();

const description = z.object({
  version: z.string().max(200),
  source_url: z.string().optional().catch(undefined),
  configuration: z
    .object({
      statuses: z
        .object({
          max_characters: positive.catch(500),
          max_media_attachments: positive.catch(4),
          characters_reserved_per_url: positive.catch(23),
        })
        .catch({ max_characters: 500, max_media_attachments: 4, characters_reserved_per_url: 23 }),
      media_attachments: z
        .object({
          supported_mime_types: z.array(z.string()).catch([]),
          description_limit: positive.catch(1_500),
          image_size_limit: positive.catch(16_777_216),
          image_matrix_limit: positive.catch(33_177_600),
        })
        .catch({
          ...{ supported_mime_types: [], description_limit: 1_500 },
          ...{ image_size_limit: 16_777_216, image_matrix_limit: 33_177_600 },
        }),
    })
    .optional()
    .catch(undefined),
});

/** A server's limits, as an account keeps them. */
export type InstanceDetails = Readonly<Record<string, string>>;

/** How asking a server about itself ended. */
export type InstanceOutcome =
  | { readonly kind: "known"; readonly details: InstanceDetails }
  | { readonly kind: "stranger"; readonly message: string }
  | { readonly kind: "unavailable"; readonly message: string };

/** Reads what a server says about itself. Servers older than 4.0 and other software know only the first address. */
export async function readInstance(
  setup: MastodonSetup,
  server: string,
  signal: AbortSignal,
): Promise<InstanceOutcome> {
  for (const path of ["/api/v2/instance", "/api/v1/instance"]) {
    const answer = await askMastodon(setup, { server, path, signal });
    if (answer.kind === "unanswered") return trouble(answer);
    const found = answer.status === 200 ? description.safeParse(answer.json).data : undefined;
    if (found !== undefined) return { kind: "known", details: { server, ...detailsOf(found) } };
    if (answer.status === 429 || answer.status >= 500) return trouble(answer);
  }
  const message = `${new URL(server).host} does not answer as a Mastodon server. Check the address: it is the server's, without a name before it.`;
  return { kind: "stranger", message };
}

function detailsOf({ version, source_url: source = "", configuration }: z.output<typeof description>): InstanceDetails {
  const statuses = configuration?.statuses;
  const media = configuration?.media_attachments;
  // Others put their own name behind the version they are compatible with: "2.7.2 (compatible; Pixelfed 0.12.3)".
  const mastodon =
    /^\d+\.\d+\.\d+([-+][\w.+-]+)?$/.test(version) &&
    !/pleroma|akkoma|pixelfed|gotosocial|friendica/i.test(version + source);
  return {
    ...{ version, software: mastodon ? "mastodon" : "compatible" },
    maxCharacters: String(statuses?.max_characters ?? 500),
    charactersPerUrl: String(statuses?.characters_reserved_per_url ?? 23),
    maxImages: String(statuses?.max_media_attachments ?? 4),
    mimes: (media?.supported_mime_types ?? []).filter((mime) => mime.startsWith("image/")).join(" "),
    maxBytes: String(media?.image_size_limit ?? 16_777_216),
    maxPixels: String(media?.image_matrix_limit ?? 33_177_600),
    maxAlt: String(media?.description_limit ?? 1_500),
  };
}
