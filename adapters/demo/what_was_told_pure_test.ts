import { expect, it } from "vitest";
import type { BotCall } from "../sandbox/people.ts";
import { whatWasTold } from "./what_was_told.ts";

const raffle = "rfl_one";
const SEAL = "ab".repeat(32);

function call(chat: number, text: string, { button = "", ok = true } = {}): BotCall {
  return {
    id: 1,
    bot_id: 7,
    method: "sendMessage",
    atMs: 0,
    fault: null,
    params: {
      chat_id: chat,
      text,
      reply_markup: { inline_keyboard: [[{ text: "", callback_data: button }]] },
    },
    answer: ok ? { ok, result: {} } : { ok, error_code: 500, description: "" },
  } as BotCall;
}

const all = [
  call(1, `Sealed: ${SEAL}`),
  call(1, "Drawn", { button: `proof:${raffle}` }),
  call(2, `Sealed: ${SEAL}`),
  call(2, "🏆 You won"),
];

it("misses nobody when everybody heard of the seal and of the result", () => {
  expect(whatWasTold(all, { raffle, chats: [1, 2], uncertain: 0, setAside: 0 }))
    .toEqual({ toldTwice: 0, missed: 0, uncertain: 0, setAside: 0 });
});

it("counts each who did not hear, also when his message was refused", () => {
  const calls = [...all.slice(0, 2), call(2, `Sealed: ${SEAL}`, { ok: false })];
  expect(whatWasTold(calls, { raffle, chats: [1, 2], uncertain: 3, setAside: 1 }))
    .toEqual({ toldTwice: 0, missed: 2, uncertain: 3, setAside: 1 });
});

it("counts what one person was told twice, but no answers to his own asking", () => {
  const offer = call(1, "How do you want to pay?", { button: `stars:${raffle}` });
  const calls = [...all, offer, offer, all[0] as BotCall, call(2, "Something else")];
  expect(whatWasTold(calls, { raffle, chats: [1, 2], uncertain: 0, setAside: 0 }))
    .toEqual({ toldTwice: 1, missed: 0, uncertain: 0, setAside: 0 });
});
