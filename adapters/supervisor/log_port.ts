/** Where the edge writes its log; `main.ts` gives the real one. Fields never hold secrets or names. */
export type Log = (
  level: "debug" | "info" | "warn" | "error",
  message: string,
  fields?: Readonly<Record<string, string | number | boolean | undefined>>,
) => void;
