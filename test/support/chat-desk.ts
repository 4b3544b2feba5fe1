/** An Atelier that publishes to simulated chats, with somebody in it who has approved pictures. */
import { Writable } from "node:stream";
import { pino } from "pino";
import { sweepTargets } from "../../src/publishing/sweep-targets.ts";
import { type DiscordSimulator, discordSimulator } from "../simulators/discord.ts";
import { type TelegramSimulator, telegramSimulator } from "../simulators/telegram.ts";
import { type Atelier, openAtelier, type Person } from "./atelier.ts";
import { createTestClock } from "./clock.ts";
import type { Teardown } from "./database.ts";
import { standInProvider } from "./stand-ins.ts";
import { approvedImages, operations } from "./studio.ts";

// oxlint-disable-next-line typescript/no-explicit-any -- an answer has the shape its query asks for, which only the test knows
type Loose = any;

/** What a test of a chat needs. */
export interface ChatDesk {
  readonly atelier: Atelier;
  readonly telegram: TelegramSimulator;
  readonly discord: DiscordSimulator;
  /** Ada; signed in anew where the clock moved far. */
  ada: Person;
  readonly imageIds: readonly string[];
  /** Everything that was logged, of every level. */
  readonly lines: string[];
  connect(account: Readonly<Record<string, unknown>>): Promise<Loose>;
  /** Writes a post for one account with the first `pictures`; it is scheduled when a moment is given. */
  write(socialAccountId: string, post?: Readonly<Record<string, unknown>>, pictures?: number): Promise<Loose>;
  /** The time passes for everybody, in steps with a worker at each. */
  pass(milliseconds: number, step?: number): Promise<void>;
  /** The post's target as its author sees it. */
  target(postId: string): Promise<Loose>;
}

const post = `query ($id: ID!) { node(id: $id) { ... on Post { status targets { status publishedAt permalink externalId
  failure { code message retryable } socialAccount { state lastError } attempts { outcome code message } } } } }`;

/** Opens one. */
export async function openChatDesk(t: Teardown): Promise<ChatDesk> {
  const clock = createTestClock();
  const [telegram, discord] = [await telegramSimulator(t, clock), await discordSimulator(t, clock)];
  const lines: string[] = [];
  const sink = new Writable({ write: (chunk: Buffer, _encoding, done) => (lines.push(chunk.toString()), done()) });
  const atelier = await openAtelier(t, {
    environment: { TELEGRAM_API_URL: telegram.url, DISCORD_API_URL: `${discord.url}/api/v10` },
    ...{ providers: standInProvider(), log: pino({ level: "trace" }, sink) },
  });
  const ada = await atelier.signUp("Ada");
  const imageIds = await approvedImages(atelier, ada, 3);
  const desk: ChatDesk = {
    ...{ atelier, telegram, discord, ada, imageIds, lines },
    connect: (account) => desk.ada.mutate(operations.connect, { account }),
    write: (socialAccountId, { options, ...rest } = {}, pictures = 1) =>
      desk.ada.mutate(operations.create, {
        ...{
          caption: "A boat.",
          images: imageIds.slice(0, pictures).map((imageId) => ({ imageId })),
          allowDuplicate: true,
        },
        targets: [{ socialAccountId, ...(options !== undefined && { options }) }],
        ...rest,
      }),
    async pass(milliseconds, step = milliseconds) {
      for (let passed = 0; passed < milliseconds; passed += step) {
        clock.advance(step);
        atelier.clock.advance(step);
        await sweepTargets(atelier.services);
        await atelier.drain();
      }
      desk.ada = await atelier.signIn(desk.ada);
    },
    target: async (id) => (await desk.ada.request(post, { id })).data.node.targets[0],
  };
  return desk;
}
