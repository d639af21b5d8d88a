/**
 * What must never happen on the page, whatever is played: errors in the console, requests that leave
 * this machine, content wider than the screen.
 */
import type { Page } from "playwright-core";

/** Watches one page. */
export interface PageWatch {
  /** What has gone wrong since the last look, in words. */
  problems(): Promise<string[]>;
}

const LOOPBACK = /^(127\.0\.0\.1|localhost)$/;

/** Begins to watch. */
export function watchPage(page: Page): PageWatch {
  const found: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") {
      found.push(`The console says: ${message.text()}`);
    }
  });
  page.on("pageerror", (error) => void found.push(`A script failed: ${error.message}`));
  page.on("request", (request) => {
    const url = new URL(request.url());
    const isLocal = url.protocol === "data:" || LOOPBACK.test(url.hostname);
    if (!isLocal) found.push(`A request left this machine: ${request.url()}`);
  });
  return {
    async problems() {
      const overflow = await page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth",
      );
      if (Number(overflow) > 0) found.push(`The page is ${overflow} px wider than the screen`);
      return found.splice(0);
    },
  };
}
