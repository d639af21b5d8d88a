import { describe, expect, it } from "vitest";
import { gatherQuestions } from "./gather_questions.ts";

function createWorld() {
  const asked: (readonly string[])[] = [];
  const answers: PromiseWithResolvers<ReadonlyMap<string, number>>[] = [];
  const ask = gatherQuestions((keys: readonly string[]) => {
    asked.push(keys);
    const answer = Promise.withResolvers<ReadonlyMap<string, number>>();
    answers.push(answer);
    return answer.promise;
  });
  return { ask, asked, answers };
}

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

describe("gatherQuestions()", () => {
  it("asks once for those of one turn, and once for those who come meanwhile", async () => {
    const { ask, asked, answers } = createWorld();
    const first = [ask("a"), ask("b"), ask("a")];
    await turn();
    const second = [ask("c"), ask("d")];
    await turn();
    expect(asked).toEqual([["a", "b"]]);
    answers[0]?.resolve(new Map([["a", 1]]));
    expect(await Promise.all(first)).toEqual([1, undefined, 1]);
    await turn();
    answers[1]?.resolve(new Map([["c", 3], ["d", 4]]));
    expect(await Promise.all(second)).toEqual([3, 4]);
    expect(asked).toEqual([["a", "b"], ["c", "d"]]);
  });

  it("tells all of a question that failed, and asks the next ones", async () => {
    const { ask, answers } = createWorld();
    const failed = [ask("a"), ask("b")].map((each) => each.catch((error: Error) => error.message));
    await turn();
    answers[0]?.reject(new Error("gone"));
    expect(await Promise.all(failed)).toEqual(["gone", "gone"]);
    const next = ask("a");
    await turn();
    answers[1]?.resolve(new Map([["a", 1]]));
    expect(await next).toBe(1);
  });
});
