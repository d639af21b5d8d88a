import { describe, expect, it } from "vitest";
import { encodeArray } from "./array_parameter.ts";
import { openTestDatabase } from "./testing/test_database.ts";

const texts = [
  "",
  "plain",
  '{"json":"with \\"quotes\\", {braces} and \\\\ strokes"}',
  null,
  "NULL",
  "жребий 🎲",
  "x".repeat(200_000),
  "ж".repeat(47) + "🎲",
];

describe("an array as a parameter", () => {
  it.each(
    [
      ["text", texts],
      ["text", []],
      ["text", [null]],
      ["bigint", [0n, -1n, 9_223_372_036_854_775_807n, null]],
      ["int", [0, -2_147_483_648, 2_147_483_647, null]],
      ["boolean", [true, false, null]],
    ] as const,
  )("of %s comes back as it went", async (type, elements) => {
    const database = await openTestDatabase();
    const { rows } = await database.query<{ element: unknown }>(
      `select element from unnest($1::${type}[]) with ordinality as u(element, place) order by place`,
      [elements],
    );
    expect(rows.map(({ element }) => element)).toEqual(elements);
  });

  it("takes whole numbers for bigint", async () => {
    const database = await openTestDatabase();
    const { rows } = await database.query("select $1::bigint[] @> array[4102444800000] as found", [
      [4_102_444_800_000],
    ]);
    expect(rows).toEqual([{ found: true }]);
  });

  it.each(
    [["text", 1], ["bigint", "x"], ["bigint", 0.5], ["int", 0.5], ["bigint", 2n ** 63n], [
      "int",
      2 ** 31,
    ]] as const,
  )(
    "of %s does not take %s",
    (type, element) => {
      expect(() => encodeArray([element], type)).toThrow();
    },
  );
});
