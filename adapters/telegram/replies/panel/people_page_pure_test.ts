import { describe, expect, it } from "vitest";
import type { Participant } from "../../panel_port.ts";
import { createFakePanel } from "../../testing/fake_panel.ts";
import { csvCell, csvOf } from "./people_page.ts";

const person = (number: number, differences: Partial<Participant> = {}): Participant => ({
  number,
  playerId: `tg-${number}`,
  name: `Player ${number}`,
  atMs: Date.UTC(2026, 10, 20, 12),
  paymentId: `pay_${number}`,
  payment: "ticketed",
  chargeId: `stx${number}`,
  ...differences,
});

async function read(people: readonly Participant[]): Promise<{ text: string; pieces: number }> {
  const panel = createFakePanel({ raffles: [] });
  panel.participantList = [...people];
  const pieces: Uint8Array[] = [];
  for await (const piece of csvOf(panel, "rfl_1")) pieces.push(piece);
  const bytes = new Uint8Array(await new Blob(pieces as BlobPart[]).arrayBuffer());
  // The byte order mark is part of the file.
  return {
    text: new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes),
    pieces: pieces.length,
  };
}

describe("the file of participants", () => {
  it("has a line for each ticket, in order", async () => {
    const { text } = await read([person(1), person(2, { name: 'A "b", c', chargeId: null })]);
    expect(text).toBe(
      "\uFEFFnumber,player,name,time,payment,state,charge\r\n" +
        '1,"tg-1","Player 1","2026-11-20T12:00:00.000Z","pay_1","ticketed","stx1"\r\n' +
        '2,"tg-2","A ""b"", c","2026-11-20T12:00:00.000Z","pay_2","ticketed",""\r\n',
    );
  });

  it("is read in pages while it is sent", async () => {
    const { text, pieces } = await read(Array.from({ length: 2_500 }, (_, at) => person(at + 1)));
    expect(pieces).toBe(4);
    expect(text.trimEnd().split("\r\n")).toHaveLength(2_501);
  });

  it("of nobody has its head", async () => {
    expect((await read([])).text.trimEnd().split("\r\n")).toHaveLength(1);
  });

  it.each([
    "=1+1",
    "+79991234567",
    "-2+3",
    "@SUM(A1)",
    " =1",
    "\t=1",
    "\r\n=1",
    "＝1",
    "\u00a0=cmd|'/c calc'!A1",
  ])("no cell begins as a formula would: %j", (name) => {
    const cell = csvCell(name);
    expect(cell).toMatch(/^"'/);
    expect(cell.slice(1, -1)).not.toMatch(/^[=+\-@\s]/);
  });

  it("no part begins as a formula would where the file is read with other separators", () => {
    // A comma, a semicolon or a bar may be what divides cells there, whatever the quotes say.
    expect(csvCell("x;=1+1;")).toBe(`"x;'=1+1;"`);
    expect(csvCell("x, @SUM(A1)")).toBe(`"x,' @SUM(A1)"`);
    expect(csvCell("x|-1")).toBe(`"x|'-1"`);
  });

  it.each(["Anna", "О'Генри", "", "a=b", "5 - 3"])("%j is left as it is", (name) => {
    expect(csvCell(name)).toBe(`"${name}"`);
  });

  it("one name is one line, whatever is in it", () => {
    expect(csvCell('a\r\nb\t"c"')).toBe('"a b ""c"""');
  });
});
