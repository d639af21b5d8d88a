/** Another process of the bench, asked in lines of JSON and answering in such lines. */
import { TextLineStream } from "../../adapters/demo/text_line_stream.ts";

export interface Program {
  ask<Answer>(question: unknown): Promise<Answer>;
  /** Lets it end by itself. */
  close(): Promise<void>;
}

export async function openProgram(name: "node" | "load" | "count", args: string[]): Promise<
  Program
> {
  const path = new URL(`./${name}.ts`, import.meta.url).pathname;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", path, ...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const questions = child.stdin.getWriter();
  const answers = child.stdout.pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream()).getReader();
  const read = async <Answer>(): Promise<Answer> => {
    const { value } = await answers.read();
    if (value === undefined) throw new Error(`The bench's program "${name}" ended early`);
    return JSON.parse(value);
  };
  await read();
  return {
    ask: async <Answer>(question: unknown) => {
      await questions.write(new TextEncoder().encode(`${JSON.stringify(question)}\n`));
      return await read<Answer>();
    },
    close: async () => {
      await questions.close();
      await child.status;
    },
  };
}

/** The other side: answers each question until there are no more. */
export async function answerQuestions<Question>(
  answer: (question: Question) => Promise<unknown>,
): Promise<void> {
  say({});
  const questions = Deno.stdin.readable.pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream());
  for await (const line of questions) say(await answer(JSON.parse(line)) ?? {});
}

function say(answer: unknown): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify(answer)}\n`));
}
