import { createMemoryGate } from "./memory-gate.ts";

/** All that this process decodes at once: one picture that just passes the decode budget, or several ordinary ones. */
export const withinPictureMemory = createMemoryGate(128_000_000);
