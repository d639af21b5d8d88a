/** The operator's functions, put together; see `operator_types.ts` for what each gives. */
export type * from "./operator_types.ts";
