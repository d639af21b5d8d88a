/** The headers of the sandbox's pages: nothing from elsewhere is loaded, nothing is kept. */
import type { MiddlewareHandler } from "hono";
import { secureHeaders } from "hono/secure-headers";

/** What a page is allowed beyond the rest. */
export interface PageHeaderOptions {
  /** Where its forms may lead besides the sandbox. */
  readonly formsTo?: readonly string[];
  /** Which pages may frame it. */
  readonly framedBy?: readonly string[];
}

/**
 * Makes the middleware.
 *
 * @returns Sets the headers; scripts, styles and requests stay within the sandbox.
 */
export function pageHeaders(
  { formsTo, framedBy }: PageHeaderOptions = {},
): MiddlewareHandler {
  const guard = secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      connectSrc: ["'self'"],
      imgSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: formsTo === undefined ? ["'none'"] : ["'self'", ...formsTo],
      frameAncestors: [...framedBy ?? ["'none'"]],
    },
    // Without a referrer at all, a browser would hide where our own forms come from.
    referrerPolicy: "same-origin",
    xFrameOptions: framedBy === undefined ? "DENY" : false,
    crossOriginResourcePolicy: framedBy === undefined ? "same-origin" : "cross-origin",
    strictTransportSecurity: false,
  });
  return async (c, next) => {
    await guard(c, next);
    c.header("cache-control", "no-store");
  };
}
