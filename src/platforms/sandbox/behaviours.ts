/** What the sandbox can be told to do with a post. */
import type { PlatformOption } from "../rules.ts";

const behaviours = {
  publish: "It is published.",
  accept_then_hang: "It is published, and no answer ever comes.",
  accept_then_500: "It is published, and the answer says that something broke.",
  refuse: "It is refused, each time.",
  rate_limit: "The first try comes too soon: come back in a minute.",
  expired_token: "The first try finds that access has ended.",
  media_refused: "Its pictures are refused, each time.",
  slow: "It is published after ten seconds.",
  lie: "The answer says that it is published, but it is not.",
  late: "It is accepted, and public a minute later.",
} as const;

/** The name of a behaviour. */
export type Behaviour = keyof typeof behaviours;

/** The option that chooses it. */
export const behaviourOption: PlatformOption = {
  ...{ name: "behaviour", kind: "choice", description: "What happens to the post. Default: it is published." },
  values: Object.entries(behaviours).map(([value, description]) => ({ value, description })),
};

/** The behaviour that a post asks for. */
export function behaviourOf(value: unknown): Behaviour {
  const found = Object.keys(behaviours).find((name): name is Behaviour => name === value && name in behaviours);
  return found ?? "publish";
}
