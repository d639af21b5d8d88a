/**
 * What must never happen on the pages, whatever is played: errors in the console (the content security
 * policy's among them), requests that leave this machine, content wider than the screen.
 */
import type { BrowserContext, Page } from "playwright-core";

/** Watches all pages of a browser's window. */
export interface PageWatch {
  /** What has gone wrong since the last look, in words. */
  problems(): Promise<string[]>;
}

const LOOPBACK = /^(127\.0\.0\.1|localhost)$/;

/** Begins to watch, before the first page is opened. */
export function watchPages(context: BrowserContext): PageWatch {
  const found: string[] = [];
  context.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") {
      found.push(`The console says: ${message.text()} (${message.location().url})`);
    }
  });
  context.on("weberror", (error) => void found.push(`A script failed: ${error.error().message}`));
  context.on("request", (request) => {
    const url = new URL(request.url());
    const isLocal = url.protocol === "data:" || LOOPBACK.test(url.hostname);
    if (!isLocal) found.push(`A request left this machine: ${request.url()}`);
  });
  return {
    async problems() {
      for (const page of context.pages()) {
        const overflow = await widerThanScreen(page);
        if (overflow > 0) found.push(`${page.url()} is ${overflow} px wider than the screen`);
      }
      return found.splice(0);
    },
  };
}

async function widerThanScreen(page: Page): Promise<number> {
  const widths = await Promise.all(
    page.frames().map((frame) =>
      frame.evaluate<number>(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth",
      )
    ),
  );
  return Math.max(...widths);
}
