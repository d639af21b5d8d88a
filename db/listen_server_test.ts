/** Sessions that hear notifications, over a network that says nothing when it goes away. */
import { describe, expect, it, onTestFinished } from "vitest";
import { type Listener, listenOn } from "./listen.ts";
import { type Notification, notify } from "./notifications.ts";
import { openDatabase } from "./open_database.ts";
import { CuttingProxy } from "./testing/cutting_proxy.ts";
import { createServerDatabase } from "./testing/test_database.ts";

/** Notes what it hears, and lets a test wait for it. */
class Ear implements Listener {
  readonly heard: Notification[] = [];
  sessions = 0;
  #onChange = (): void => {};

  onMessage(notification: Notification): void {
    this.heard.push(notification);
    this.#onChange();
  }

  onListening(): void {
    this.sessions++;
    this.#onChange();
  }

  /** Resolves when `isSo`, asked whenever something was heard. */
  until(isSo: (ear: Ear) => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#onChange = () => isSo(this) && resolve();
      this.#onChange();
    });
  }
}

async function listen(answerTimeoutMs?: number) {
  const url = await createServerDatabase();
  const proxy = new CuttingProxy(url);
  const ear = new Ear();
  const end = listenOn(proxy.url, ["one", "two"], ear, answerTimeoutMs);
  onTestFinished(end);
  await ear.until(({ sessions }) => sessions === 1);
  const database = await openDatabase({ url });
  onTestFinished(() => database.close());
  return { proxy, ear, end, database };
}

describe("listenOn()", () => {
  it("tells on which channel something was said", async () => {
    const { ear, database } = await listen();
    await notify(database, [
      { channel: "one", payload: "first" },
      { channel: "three", payload: "for others" },
      { channel: "two", payload: "second" },
    ]);
    await ear.until(({ heard }) => heard.length === 2);
    expect(ear.heard).toEqual([
      { channel: "one", payload: "first" },
      { channel: "two", payload: "second" },
    ]);
  });

  it("hears on a new session when the old one is lost", async () => {
    const { proxy, ear, database } = await listen();
    proxy.cutAll();
    await ear.until(({ sessions }) => sessions === 2);
    await notify(database, [{ channel: "one", payload: "again" }]);
    await ear.until(({ heard }) => heard.length === 1);
  });

  it("hears on a new session when the old one says nothing any more", async () => {
    const { proxy, ear, database } = await listen(300);
    proxy.freezeAll();
    await ear.until(({ sessions }) => sessions === 2);
    await notify(database, [{ channel: "one", payload: "again" }]);
    await ear.until(({ heard }) => heard.length > 0);
    expect(ear.heard).toEqual([{ channel: "one", payload: "again" }]);
  });

  it("ends at once when the session says nothing any more", async () => {
    const { proxy, end } = await listen();
    proxy.freezeAll();
    await end();
  });

  it("ends at once while it cannot be opened", async () => {
    const { proxy, ear, end } = await listen();
    proxy.mode = "refuse";
    proxy.cutAll();
    await end();
    proxy.mode = "open";
    expect(ear.sessions).toBe(1);
  });

  it("ends at once while the server does not even greet", async () => {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    onTestFinished(() => listener.close());
    const end = listenOn(`postgres://nobody@127.0.0.1:${listener.addr.port}/none`, [], new Ear());
    const connection = await listener.accept();
    onTestFinished(() => connection.close());
    await end();
  });
});
