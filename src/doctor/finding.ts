/** What one look of the doctor found. */
export interface Finding {
  /** What was looked at: "Database", "Platform: Instagram". */
  readonly subject: string;
  /** OFF: not set up, which is allowed. WARNING: works, or may not matter. PROBLEM: somebody must act. */
  readonly state: "OK" | "OFF" | "WARNING" | "PROBLEM";
  /** What was found. A sentence, without secrets. */
  readonly found: string;
  /** What is allowed, and what to do; null where nothing needs doing. */
  readonly advice: string | null;
}

/** Makes findings about one subject. */
export const about = (subject: string) => ({
  ok: (found: string): Finding => ({ subject, state: "OK", found, advice: null }),
  off: (found: string, advice: string | null = null): Finding => ({ subject, state: "OFF", found, advice }),
  warning: (found: string, advice: string): Finding => ({ subject, state: "WARNING", found, advice }),
  problem: (found: string, advice: string): Finding => ({ subject, state: "PROBLEM", found, advice }),
});
