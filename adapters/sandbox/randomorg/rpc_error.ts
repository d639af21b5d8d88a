/**
 * RANDOM.ORG's refusals: JSON-RPC errors with its own codes. They travel with HTTP 200.
 *
 * Source: api.random.org/json-rpc/4/error-codes and the official clients. Where a text is not known
 * for certain, only the code is to be relied on.
 */

/** A refusal. */
export class RpcError extends Error {
  override readonly name = "RpcError";
  readonly code: number;
  readonly data: readonly unknown[] | null;
  /** @param code JSON-RPC's or RANDOM.ORG's. @param message In its words. */
  constructor(code: number, message: string, data: readonly unknown[] | null = null) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

/** -32602: a parameter is missing or its name is not known. */
export function invalidParams(): RpcError {
  return new RpcError(-32602, "Invalid params");
}

/** 200. */
export function malformed(name: string): RpcError {
  return new RpcError(200, `Parameter '${name}' is malformed`, [name]);
}

/** 202. */
export function outOfRange(name: string, min: number, max: number): RpcError {
  return new RpcError(202, `Parameter '${name}' is out of range, allowed is [${min},${max}]`, [
    name,
    min,
    max,
  ]);
}

/** 303. */
export function notFound(name: string): RpcError {
  return new RpcError(303, `The resource identified by '${name}' was not found`, [name]);
}
