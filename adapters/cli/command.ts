/** What every command of the command line gets. */
export interface CommandIo {
  out(line: string): void;
  err(line: string): void;
  readTextFile(path: string): Promise<string>;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export const usage = `Usage:
  deno task start [--inspect]             run the bot; without a token, beside its sandbox
  deno task demo [--currency RUB] …       one whole raffle against the sandbox
  deno task verify FILE [--key PEM]       check a draw's proof offline
  deno task sandbox                       run the stand-ins for Telegram, RANDOM.ORG and YooKassa alone
  deno task chaos --own-postgres …        break everything while raffles are played
  deno task actors COMMAND                look at what is stored, and mend it
  deno task diagrams                      draw the machines into docs/machines.md
  deno task e2e [--screenshots]           play the product in Chromium`;
