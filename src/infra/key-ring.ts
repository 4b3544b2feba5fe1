import { randomBytes, randomUUID } from "node:crypto";
import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";

/** Secret keys with names, newest first: the newest signs, all of them verify. At least 32 bytes each. */
export type KeyRing = readonly { readonly id: string; readonly secret: Buffer }[];

/**
 * The ring in a file, made with one fresh key when there is none. For development: production is given its keys. Processes
 * that start at the same moment end with the same key. Rejects when the file holds anything else than keys.
 */
export async function readOrCreateKeyRing(file: string): Promise<KeyRing> {
  const found = await readKeyRing(file);
  if (found !== null) return found;
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const fresh = `${file}.${randomUUID()}`;
  await writeFile(fresh, `${formatKey()}\n`, { mode: 0o600 });
  try {
    // Linking fails where the file exists by now: then the other process's key counts.
    await link(fresh, file);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  } finally {
    await rm(fresh);
  }
  const ring = await readKeyRing(file);
  if (ring === null) throw new Error(`The key file ${file} vanished while it was read.`);
  return ring;
}

/** A fresh key in the form that the environment takes: `id:base64` of 32 random bytes. */
export function formatKey(): string {
  return `${randomBytes(4).toString("hex")}:${randomBytes(32).toString("base64")}`;
}

async function readKeyRing(file: string): Promise<KeyRing | null> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  });
  if (text === null) return null;
  return text
    .trim()
    .split(/\s+/)
    .map((entry) => {
      const [id = "", encoded = ""] = entry.split(":");
      const secret = Buffer.from(encoded, "base64");
      if (id === "" || secret.length < 32) {
        throw new Error(
          `The key file ${file} holds something else than lines of \`id:base64\` with 32 bytes each. Restore it, or remove it to get a fresh key.`,
        );
      }
      return { id, secret };
    });
}
