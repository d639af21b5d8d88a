import { expect, it } from "vitest";
import { serverUrl } from "./server_url.ts";

it.each([
  ["127.0.0.1", "http://127.0.0.1:8080"],
  ["localhost", "http://localhost:8080"],
  // Without brackets no browser could open the printed link.
  ["::1", "http://[::1]:8080"],
])("serverUrl() of %s is %s", (host, url) => {
  expect(serverUrl({ host, port: 8080 })).toBe(url);
  expect(new URL(url).port).toBe("8080");
});
