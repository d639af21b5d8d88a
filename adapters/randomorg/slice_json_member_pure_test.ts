import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sliceJsonMember } from "./slice_json_member.ts";

describe("sliceJsonMember()", () => {
  const path = ["result", "random"];

  it.each([
    { text: '{"result":{"random":{"a":1},"signature":"s"}}', want: '{"a":1}' },
    { text: '{"result":{"signature":"s","random":{"a":1}}}', want: '{"a":1}' },
    { text: ' { "result" : { "random" : { "a" : 1 } } } ', want: '{ "a" : 1 }' },
    {
      text: '{"result":{"random":{"a":"}],\\"","b":[{"c":{}}]},"x":1}}',
      want: '{"a":"}],\\"","b":[{"c":{}}]}',
    },
    { text: '{"random":{"no":1},"result":{"random":{"yes":1}}}', want: '{"yes":1}' },
    { text: '{"id":"{\\"random\\":{}}","result":{"random":{}}}', want: "{}" },
    { text: '{"result":{"a":"\\\\","random":"text"}}', want: '"text"' },
    { text: '{"result":{"random":-1.50e+3}}', want: "-1.50e+3" },
    { text: '{"result":{"r\\u0061ndom":null}}', want: "null" },
    {
      text: '{"result":{"random":{"infoUrl":"https:\\/\\/x"}}}',
      want: '{"infoUrl":"https:\\/\\/x"}',
    },
    { text: '{"result":{}}', want: undefined },
    { text: '{"result":[{"random":1}]}', want: undefined },
    { text: "{}", want: undefined },
    { text: "[]", want: undefined },
    { text: "null", want: undefined },
  ])("cuts $want out of $text", ({ text, want }) => {
    expect(sliceJsonMember(text, path)).toBe(want);
  });

  it.each([
    '{"result":{"random":1,"random":2}}',
    '{"result":{"random":1},"result":{"random":2}}',
    '{"result":{"random":1,"r\\u0061ndom":2}}',
    '{"result":{"random":{"a":1}',
    '{"result":{"random":"a',
    '{"result":{"random"',
    '{"result":{"random":',
    '{"result":{"random" 1}}',
    '{"result":{"a":1 "random":2}}',
    "{result:1}",
    "{",
    "",
  ])("never guesses: %s", (text) => {
    if (text === "") expect(sliceJsonMember(text, path)).toBeUndefined();
    else expect(() => sliceJsonMember(text, path)).toThrow(SyntaxError);
  });

  it("gives back every value as it was written, however deep", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), fc.nat({ max: 3 }), (value, other, indent) => {
        const text = JSON.stringify(
          { other, result: { other, random: value, last: other } },
          null,
          indent,
        );
        const slice = sliceJsonMember(text, path);
        expect(text).toContain(slice);
        expect(JSON.stringify(JSON.parse(slice ?? ""))).toBe(JSON.stringify(value));
      }),
    );
  });
});
