/** No web page elsewhere can drive the sandbox; its own page, programs and tests can. */
import { expect, it } from "vitest";
import { createFixture, TOKEN } from "./sandbox_for_tests.ts";

const OWN = "http://127.0.0.1:8081";
const PAYMENT = "/yookassa/payments/external/confirmation";
const FORM = "/yookassa/payouts-data/form";
const WIDGET = "/yookassa/payouts-data/3.1.0/widget.js";
const FRAME = { "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe" };
const NAVIGATION = { "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };

async function ask(
  path: string,
  headers: Record<string, string>,
  method = "GET",
): Promise<number> {
  const { sandbox } = await createFixture();
  const response = await sandbox.fetch(new Request(`${OWN}${path}`, { method, headers }));
  await response.body?.cancel();
  await sandbox.close();
  return response.status;
}

it.each([
  ["a program", "/sandbox/people", {}],
  ["a program on localhost", "/sandbox/people", { host: "localhost:8081" }],
  ["a program over IPv6", "/sandbox/people", { host: "[::1]:8081" }],
  ["the page itself", "/sandbox/people", { origin: OWN, host: "127.0.0.1:8081" }],
  ["the page's own read", "/sandbox/people", { "sec-fetch-site": "same-origin" }],
  ["an address typed by hand", "/", { "sec-fetch-site": "none", ...NAVIGATION }],
  ["a link to the page", "/", { "sec-fetch-site": "cross-site", ...NAVIGATION }],
  ["a link to a payment", `${PAYMENT}?orderId=x`, {
    "sec-fetch-site": "cross-site",
    ...NAVIGATION,
  }],
  ["the payout form in a shop's page", FORM, { "sec-fetch-site": "same-site", ...FRAME }],
  ["the widget's script", WIDGET, { "sec-fetch-site": "same-site", "sec-fetch-dest": "script" }],
  ["the product", `/bot${TOKEN}/getMe`, { host: "127.0.0.1:8081" }],
])("answers %s", async (_who, path, headers) => {
  // There is no payment of that number.
  expect(await ask(path, headers)).toBe(path.startsWith(PAYMENT) ? 404 : 200);
});

it.each([
  ["a name that points here", "/", { host: "evil.example" }],
  ["a name that begins like ours", "/", { host: "127.0.0.1.evil.example:8081" }],
  ["a page elsewhere", "/", { origin: "https://evil.example", host: "127.0.0.1:8081" }],
  ["a page of another port", "/", { origin: "http://127.0.0.1:9999", host: "127.0.0.1:8081" }],
  ["a page of another scheme", "/", { origin: "https://127.0.0.1:8081", host: "127.0.0.1:8081" }],
  ["a page without an origin", "/", { origin: "null", host: "127.0.0.1:8081" }],
  ["an image elsewhere", `/bot${TOKEN}/getMe`, { "sec-fetch-site": "cross-site" }],
  ["an image of another port", `/bot${TOKEN}/getMe`, { "sec-fetch-site": "same-site" }],
  ["a link to a method", `/bot${TOKEN}/getMe`, { "sec-fetch-site": "cross-site", ...NAVIGATION }],
  ["a frame elsewhere", "/", { "sec-fetch-site": "cross-site", ...FRAME }],
  ["a payment in a frame", PAYMENT, { "sec-fetch-site": "same-site", ...FRAME }],
  ["a door as a script", "/sandbox/people", {
    "sec-fetch-site": "same-site",
    "sec-fetch-dest": "script",
  }],
  ["a link to YooKassa's API", "/yookassa/v3/payments", {
    "sec-fetch-site": "cross-site",
    ...NAVIGATION,
  }],
])("refuses %s", async (_who, path, headers) => {
  expect(await ask(path, headers)).toBe(403);
});

it("moves nothing for a form of another page", async () => {
  const { sandbox, people } = await createFixture();
  const anna = await people.person({ first_name: "Anna", stars: 5 });
  const response = await sandbox.fetch(
    new Request(`${OWN}/sandbox/people/${anna.id}/stars`, {
      method: "POST",
      headers: {
        "content-type": "text/plain",
        "host": "127.0.0.1:8081",
        "origin": "https://evil.example",
      },
      body: '{"amount":1000}',
    }),
  );
  expect(response.status).toBe(403);
  expect((await people.everybody())[0]?.stars).toBe(5);
});

it("holds over the network too, where the browser names the host", async () => {
  const { sandbox } = await createFixture();
  const { url, stop } = await sandbox.listen(0);
  try {
    expect((await fetch(`${url}/sandbox`)).status).toBe(200);
    const refused = await fetch(`${url}/sandbox`, { headers: { origin: "http://evil.example" } });
    expect(refused.status).toBe(403);
    expect(await refused.json()).toEqual({ error: expect.stringContaining("another origin") });
  } finally {
    await stop();
  }
});
