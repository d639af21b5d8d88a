/** What stands beside a proof file of a raffle that was drawn again. */
import { describe, expect, it } from "vitest";
import { proofReply } from "./replies/raffle_replies.ts";
import type { ReplyContext } from "./replies/reply_context.ts";
import { createFakeQueries, testRaffle } from "./testing/fake_queries.ts";

const formerDraws = [{ seal: "5e", reason: "A wrong key" }];
const winners = [{ place: 1, number: 3, prize: { minor: "34", currency: "XTR" as const } }];

async function caption(
  differences: Parameters<typeof testRaffle>[0],
  language: "en" | "ru" = "en",
): Promise<string> {
  const queries = createFakeQueries();
  queries.raffles.push(testRaffle(differences));
  queries.proofs.set("rfl_one", "{}");
  const context = { queries, language, playerId: "tg-1" } as unknown as ReplyContext;
  const reply = await proofReply(context, "rfl_one");
  expect(reply.document).toEqual({ fileName: "rfl_one.proof.json", text: "{}" });
  return reply.html;
}

describe("a proof file", () => {
  it("of the last draw names those that it replaces", async () => {
    const said = await caption({ formerDraws, winners });
    expect(said).toContain("list, seal, request and signed answer");
    expect(said).toContain("Draw 1 does not count (seal <code>5e</code>): A wrong key");
  });

  it("of a replaced draw says that it does not count, as long as there is no other", async () => {
    const said = await caption({ formerDraws });
    expect(said).toContain("Proof of a draw of “Friday &lt;draw&gt;” that does not count");
    expect(said).toContain("A wrong key");
    expect(await caption({ formerDraws }, "ru")).toContain("который не считается");
  });

  it("of the first and only draw speaks of no other", async () => {
    expect(await caption({ winners })).not.toContain("does not count");
  });
});
