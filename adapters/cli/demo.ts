import type { CommandIo } from "./command.ts";
export async function demoCommand(_args: string[], _io: CommandIo): Promise<number> {
  return 2;
}
