import fc from "fast-check";
import t from "tap";
import { chatIdOf } from "../../../src/platforms/telegram/chat-id.ts";
import { publishImage } from "../../support/platform-benches/pictures.ts";
import { openTelegramBench } from "../../support/platform-benches/telegram.ts";
import { unhurried } from "../../support/platform-contract.ts";

t.test("one picture is a photo, several are an album, each option where it belongs", async (t) => {
  const { platform, simulator, request } = await openTelegramBench(t);
  const options = { silent: true, spoiler: true, captionAbove: true, protected: true };
  await platform.publish(request({ options }), unhurried());
  t.match(simulator.sent[0], {
    method: "sendPhoto",
    fields: {
      ...{ chat_id: "-1001234567890", caption: "A boat.", disable_notification: "true", protect_content: "true" },
      ...{ has_spoiler: "true", show_caption_above_media: "true" },
    },
  });
  const images = await Promise.all([...Array(10).keys()].map((n) => publishImage(n)));
  const album = await platform.publish(request({ images, caption: "" }), unhurried());
  t.match(
    album,
    { kind: "published", externalId: "42", permalink: "https://t.me/boats_daily/42" },
    "its first picture",
  );
  t.match(simulator.publicPosts.at(-1), { images: 10, text: "" });
  t.same(simulator.offences, []);
});

t.test("a private channel's posts have an address for its members", async (t) => {
  const { platform, request, session } = await openTelegramBench(t, "https://t.me/c/9876543210/3");
  t.match(session.account, { remoteId: "-1009876543210", url: null });
  const permalink = "https://t.me/c/9876543210/41";
  t.match(await platform.publish(request(), unhurried()), { kind: "published", permalink });
});

t.test("an album that broke off is no refusal: parts of it may be out", async (t) => {
  const { platform, simulator, request } = await openTelegramBench(t);
  const images = [await publishImage(1), await publishImage(2)];
  for (const description of [
    'Bad Request: failed to send message #2 with the error message "WEBPAGE_MEDIA_EMPTY"',
    "Bad Request: group send failed",
  ]) {
    simulator.interfere(/sendMediaGroup/, { status: 400, body: { ok: false, error_code: 400, description } });
    t.match(await platform.publish(request({ images }), unhurried()), { kind: "ambiguous" }, description);
  }
});

t.test("answers that say nothing for certain are unclear, and what is certain is told by kind", async (t) => {
  const { platform, simulator, request, now } = await openTelegramBench(t);
  const say = async (status: number, body: unknown, headers?: Record<string, string>) => {
    simulator.interfere(/sendPhoto/, { status, body, ...(headers && { headers }) });
    return platform.publish(request(), unhurried());
  };
  const no = (error_code: number, description: string) => ({ ok: false, error_code, description });
  const elsewhere = { message_id: 7, chat: { id: -1_000_000_000_001 } };
  t.match(await say(200, { ok: true, result: elsewhere }), { kind: "ambiguous" }, "another chat's message");
  t.match(await say(200, { ok: false, error_code: 400 }), { kind: "ambiguous" });
  t.match(await say(502, no(502, "Bad Gateway")), { kind: "ambiguous" });
  t.match(await say(404, "<html>"), { kind: "ambiguous" }, "a proxy's page");
  t.match(await say(403, no(403, "Forbidden: bot was kicked from the channel chat")), { kind: "unauthorized" });
  t.match(await say(400, no(400, "Bad Request: not enough rights to send photos to the chat")), {
    kind: "unauthorized",
  });
  t.match(await say(404, no(404, "Not Found")), { kind: "unauthorized", message: /@BotFather/ });
  t.match(await say(413, no(413, "Request Entity Too Large")), { kind: "refused", code: "TOO_LARGE" });
  const later = new Date((now?.() ?? new Date()).getTime() + 30_000);
  t.same(await say(429, "Too many", { "retry-after": "30" }), {
    ...{ kind: "rate-limited", retryAt: later, message: "Telegram takes no more messages of this bot for the moment." },
  });
});

t.test("an empty message is refused before anything is asked", async (t) => {
  const { platform, simulator, request } = await openTelegramBench(t);
  t.match(await platform.publish(request({ images: [], caption: " \n" }), unhurried()), {
    kind: "refused",
    code: "EMPTY",
  });
  t.equal(simulator.irreversibleCalls, 0);
});

t.test("a channel's name is one of the four forms, or none", (t) => {
  const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_]{4,30}$/).filter((text) => text.toLowerCase() !== "joinchat");
  fc.assert(
    fc.property(name, fc.nat(), (text, post) => {
      for (const typed of [
        text,
        `@${text}`,
        ` https://t.me/${text} `,
        `t.me/s/${text}`,
        `https://t.me/${text}/${post}`,
      ]) {
        if (chatIdOf(typed) !== `@${text}`) throw new Error(typed);
      }
    }),
  );
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), (typed) => {
      const id = chatIdOf(typed);
      if (id !== null && !/^(@[A-Za-z]\w{3,31}|-100\d+)$/.test(id)) throw new Error(`${typed} → ${id}`);
    }),
  );
  for (const none of ["https://t.me/joinchat/abcdef", "https://t.me/+abcdef", "-12345", "1234567", "@a"]) {
    t.equal(chatIdOf(none), null, none);
  }
  t.end();
});
