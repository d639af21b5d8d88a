import { describe, expect, it } from "vitest";
import { TerminalError } from "../../actors/errors.ts";
import {
  testRandomText,
  testRequest,
  testSealInput,
} from "../../machines/domain/draw/testing/signed_draw.ts";
import { createDraws } from "./draws.ts";
import {
  type FakeAnswer,
  fakeExchange,
  signedResultText,
  TEST_HASHED_KEY,
} from "./testing/fake_exchange.ts";

const request = testRequest(testSealInput());
const randomText = testRandomText(request);
const answer = { randomText, signature: "c2ln" };

const rpc = (resultText: string): FakeAnswer => ({
  raw: `{"jsonrpc":"2.0","result":${resultText},"id":{id}}`,
});
const drawn = rpc(signedResultText(randomText));
const used: FakeAnswer = { error: { code: 422, message: "The ticket has already been used" } };

function ticket(change: Record<string, unknown> = {}, resultText?: string): FakeAnswer {
  const state = JSON.stringify({
    ticketId: request.ticketId,
    hashedApiKey: TEST_HASHED_KEY,
    showResult: true,
    creationTime: "2026-01-02 00:00:00Z",
    usedTime: null,
    serialNumber: null,
    expirationTime: "2026-02-01 00:00:00Z",
    previousTicketId: null,
    nextTicketId: null,
    ...change,
  });
  return rpc(resultText === undefined ? state : `${state.slice(0, -1)},"result":${resultText}}`);
}
const usedTicket = { usedTime: "2026-01-02 03:04:06Z", serialNumber: 77 };

function play(answers: FakeAnswer[]) {
  const { randomOrg, sent } = fakeExchange(answers);
  return { draws: createDraws(randomOrg), methods: () => sent.map((call) => call.method) };
}

describe("takeTicket()", () => {
  it("takes one ticket that will show its result", async () => {
    const made = { ticketId: "0123456789abcdef", creationTime: "2026-01-02 00:00:00Z" };
    const { draws } = play([{ result: [made] }]);
    expect(await draws.takeTicket()).toEqual({
      ticketId: "0123456789abcdef",
      hashedApiKey: TEST_HASHED_KEY,
      sandbox: true,
    });
  });
});

describe("requestDraw()", () => {
  it("gives the signed answer as it came", async () => {
    const { draws, methods } = play([drawn]);
    expect(await draws.requestDraw(request)).toEqual(answer);
    expect(methods()).toEqual(["generateSignedIntegers"]);
  });

  it("gives the first answer again when its ticket was used by the lost request", async () => {
    const { draws, methods } = play([
      { thrown: new DOMException("too slow", "TimeoutError") },
      used,
      ticket(usedTicket, signedResultText(randomText)),
    ]);
    await expect(draws.requestDraw(request)).rejects.toMatchObject({ outcome: "unknown" });
    expect(await draws.requestDraw(request)).toEqual(answer);
    expect(methods()).toEqual(["generateSignedIntegers", "generateSignedIntegers", "getTicket"]);
  });

  it("is refused for good when the ticket was used for something else", async () => {
    const other = testRandomText(request, { userData: "zhreb rfl_other 12 00" });
    const { draws } = play([used, ticket(usedTicket, signedResultText(other))]);
    await expect(draws.requestDraw(request)).rejects
      .toMatchObject({ name: "TerminalError", code: "randomorg.otherDraw" });
  });

  it("passes on a refusal that the ticket itself contradicts", async () => {
    const { draws } = play([used, ticket()]);
    await expect(draws.requestDraw(request)).rejects.toMatchObject({ code: "randomorg.422" });
  });

  it("sends nothing for a draw sealed under another key", async () => {
    const { draws, methods } = play([]);
    const foreign = { ...request, hashedApiKey: `${"A".repeat(86)}==` };
    await expect(draws.requestDraw(foreign)).rejects.toBeInstanceOf(TerminalError);
    await expect(draws.reconcileDraw(foreign)).rejects
      .toMatchObject({ code: "randomorg.otherApiKey" });
    expect(methods()).toEqual([]);
  });
});

describe("reconcileDraw()", () => {
  it.each([
    { what: "an unused ticket", answers: [ticket()], want: { status: "notDone" } },
    {
      what: "a used ticket with its result",
      answers: [ticket(usedTicket, signedResultText(randomText))],
      want: { status: "done", answer },
    },
    {
      what: "a used ticket that does not show its result",
      answers: [ticket(usedTicket, "null"), drawn],
      want: { status: "done", answer },
    },
  ])("says of $what: $want.status", async ({ answers, want }) => {
    const { draws, methods } = play(answers);
    expect(await draws.reconcileDraw(request)).toEqual(want);
    expect(methods()).not.toContain("generateSignedIntegers");
  });

  const other = (userData: unknown) => signedResultText(testRandomText(request, { userData }));
  it.each([
    { answers: [ticket(usedTicket, other("zhreb"))], want: { code: "randomorg.otherDraw" } },
    { answers: [ticket(usedTicket, other(null))], want: { code: "randomorg.otherDraw" } },
    {
      answers: [ticket(usedTicket, signedResultText("null"))],
      want: { code: "randomorg.otherDraw" },
    },
    { answers: [ticket({ hashedApiKey: "other" })], want: { code: "randomorg.421" } },
    { answers: [ticket({ ticketId: "fedcba9876543210" })], want: { code: "randomorg.421" } },
    {
      answers: [{ error: { code: 420, message: "does not exist" } }],
      want: { code: "randomorg.420" },
    },
    { answers: [ticket({ usedTime: "2026-01-02 03:04:06Z" })], want: { outcome: "unknown" } },
    { answers: [{ status: 502 }], want: { outcome: "unknown" } },
  ])("fails with $want", async ({ answers, want }) => {
    await expect(play(answers).draws.reconcileDraw(request)).rejects.toMatchObject(want);
  });
});
