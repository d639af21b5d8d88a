/** What the node's door wants to see. */
export const SECRET_HEADER = "x-bench-secret";
export const SECRET = "open sesame";
