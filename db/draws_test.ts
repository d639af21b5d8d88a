import { expect, it } from "vitest";
import {
  archiveDraw,
  listFormerDraws,
  readDraw,
  readProof,
  storeAnswer,
  storeDrawTicket,
  storeProof,
  storeSeal,
} from "./draws.ts";
import { openTestDatabase } from "./testing/test_database.ts";

const raffleId = "rfl_1";

it("a replaced draw stays as it was, and what comes late for it does not reach the new one", async () => {
  const database = await openTestDatabase();
  const seal = async (drawTicket: string, hash: string) => {
    await storeDrawTicket(database, { raffleId, drawTicket });
    const stored = { sealedAtMs: 1, seal: hash, namedRound: null };
    return await storeSeal(database, { raffleId, drawTicket, ...stored });
  };
  const answer = (hash: string) =>
    storeAnswer(database, {
      raffleId,
      seal: hash,
      randomText: `of ${hash}`,
      signature: "s",
      beaconSignature: null,
    });
  await seal("one", "first");
  await answer("first");
  const archived = { raffleId, draw: 1, reason: "A wrong key", atMs: 5 };
  await archiveDraw(database, archived);
  expect(await readDraw(database, raffleId)).toBeUndefined();
  await expect(archiveDraw(database, archived)).rejects.toThrow("has no draw 1");

  await seal("two", "second");
  await expect(storeSeal(database, {
    raffleId,
    drawTicket: "one",
    sealedAtMs: 2,
    seal: "first",
    namedRound: null,
  })).rejects.toThrow("has no RANDOM.ORG ticket");
  await answer("first");
  await storeProof(database, { raffleId, seal: "first", proof: "old", winners: "[]" });
  expect(await readDraw(database, raffleId)).toMatchObject({
    seal: "second",
    randomText: null,
    proof: null,
    replaces: { seal: "first", reason: "A wrong key" },
  });
  await answer("second");
  expect((await readDraw(database, raffleId))?.randomText).toBe("of second");
  expect(await listFormerDraws(database, raffleId)).toMatchObject([
    { draw: 1, seal: "first", randomText: "of first", reason: "A wrong key", replacedAtMs: 5 },
  ]);
  expect(await readProof(database, raffleId)).toBeUndefined();
  await storeProof(database, { raffleId, seal: "second", proof: "of two", winners: "[]" });
  expect(await readProof(database, raffleId)).toBe("of two");
  // Not in the order of draws.
  await expect(database.transaction((tx) => archiveDraw(tx, { ...archived, draw: 3 })))
    .rejects.toThrow("has no draw 3");
  expect((await readDraw(database, raffleId))?.seal).toBe("second");

  // What is public stays so while the next one waits, and if there never is one.
  await archiveDraw(database, { ...archived, draw: 2 });
  expect((await listFormerDraws(database, raffleId)).map(({ hasProof }) => hasProof))
    .toEqual([false, true]);
  expect(await readProof(database, raffleId)).toBe("of two");
  await seal("three", "third");
  expect(await readProof(database, raffleId)).toBe("of two");
  await storeProof(database, { raffleId, seal: "third", proof: "of three", winners: "[]" });
  expect(await readProof(database, raffleId)).toBe("of three");
});
