/**
 * Reads a notice: a hint that something has changed, and nothing more. There is no signature; the sender's
 * address is checked, and whatever it says the object is fetched again. Repeats and notices out of order
 * are usual: what is done goes by kind, id and the fetched status.
 *
 * Source: yookassa.ru/developers/using-api/webhooks, July 2026.
 */
import { Schema } from "effect";
import { readBody } from "../http/read_body.ts";
import type { IsNoticeSource } from "./notice_sources.ts";

/** What to fetch. */
export interface NoticeHint {
  /** `other`: of a kind that we do not use (deals, saved methods); there is nothing to fetch. */
  readonly kind: "payment" | "refund" | "payout" | "other";
  readonly id: string;
  /** As the notice says it; what counts is the fetched one. */
  readonly status: string;
}

/** Why a request is no notice. */
export type NoticeProblem = "wrongSource" | "tooLarge" | "notJson" | "notANotice";

/** This is no notice of YooKassa's. */
export class NoticeRefusedError extends Error {
  override readonly name = "NoticeRefusedError";
  readonly problem: NoticeProblem;
  /** HTTP status to answer with. */
  readonly status: 400 | 403 | 413;

  constructor(problem: NoticeProblem) {
    super(WORDS[problem]);
    this.problem = problem;
    this.status = problem === "wrongSource" ? 403 : problem === "tooLarge" ? 413 : 400;
  }
}

const WORDS: Readonly<Record<NoticeProblem, string>> = {
  wrongSource: "The sender is not one of YooKassa's addresses",
  tooLarge: "The body is too large for a notice",
  notJson: "The body is no JSON",
  notANotice: "The body is no notice",
};

/** A payment with a long receipt takes 20 KiB. */
const MAX_BODY_BYTES = 256 * 1024;

const readNoticeBody = Schema.decodeUnknownSync(Schema.Struct({
  type: Schema.Literal("notification"),
  event: Schema.String.check(Schema.isPattern(/^[a-z_]{1,40}\.[a-z_]{1,40}$/)),
  object: Schema.Struct({
    id: Schema.String.check(Schema.isPattern(/^[0-9a-zA-Z-]{1,50}$/)),
    status: Schema.String.check(Schema.isPattern(/^[a-z_]{1,40}$/)),
  }),
}));

/**
 * Reads one.
 *
 * @param remoteAddress The other end of the connection.
 * @param isSource From `createNoticeSources`.
 * @throws {NoticeRefusedError} When it is none; its words hold nothing of the request.
 */
export async function readNotice(
  request: Request,
  { remoteAddress, isSource }: {
    readonly remoteAddress: string | undefined;
    readonly isSource: IsNoticeSource;
  },
): Promise<NoticeHint> {
  const forwardedFor = request.headers.get("x-forwarded-for");
  if (!isSource({ remoteAddress, forwardedFor })) throw new NoticeRefusedError("wrongSource");
  const body = await readBody(request, MAX_BODY_BYTES);
  if (body === undefined) throw new NoticeRefusedError("tooLarge");
  const { event, object } = decode(body);
  const kind = event.slice(0, event.indexOf("."));
  const isOurs = kind === "payment" || kind === "refund" || kind === "payout";
  return { kind: isOurs ? kind : "other", id: object.id, status: object.status };
}

function decode(text: string): ReturnType<typeof readNoticeBody> {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    // What exactly is wrong with a stranger's text helps nobody.
    throw new NoticeRefusedError("notJson");
  }
  try {
    return readNoticeBody(body);
  } catch {
    // The same.
    throw new NoticeRefusedError("notANotice");
  }
}
