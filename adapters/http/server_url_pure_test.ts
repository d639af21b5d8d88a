import { expect, it } from "vitest";
import { localServerUrl, serverUrl } from "./server_url.ts";

it.each([
  ["127.0.0.1", "http://127.0.0.1:8080"],
  ["localhost", "http://localhost:8080"],
  // Without brackets no browser could open the printed link.
  ["::1", "http://[::1]:8080"],
])("serverUrl() of %s is %s", (host, url) => {
  expect(serverUrl({ host, port: 8080 })).toBe(url);
  expect(new URL(url).port).toBe("8080");
});

it.each([
  ["127.0.0.1", "http://127.0.0.1:8080"],
  ["localhost", "http://localhost:8080"],
  // The page for a card was at an address that the sandbox lets no page frame its form from.
  ["0.0.0.0", "http://127.0.0.1:8080"],
  ["::", "http://127.0.0.1:8080"],
])("localServerUrl() of %s is %s", (host, url) => {
  expect(localServerUrl({ host, port: 8080 })).toBe(url);
});
