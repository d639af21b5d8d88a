/**
 * YooKassa as a whole: its parts put together, and what was under way before a restart taken up again
 * (expiries, refunds, payouts, notices).
 */
import { Hono } from "hono";
import type { Faults } from "../faults.ts";
import { pageHeaders } from "../page/page_headers.ts";
import { staticFiles } from "../page/static_files.ts";
import type { Deliver } from "../telegram/webhook_attempt.ts";
import type { World } from "../world.ts";
import { createApi } from "./api.ts";
import { type Calls, createCalls } from "./calls.ts";
import { createEntries } from "./entries.ts";
import { createJobs, type JobKind } from "./jobs.ts";
import { createNotices } from "./notices.ts";
import { createObjects } from "./objects.ts";
import { createPaymentPage } from "./page/payment_page.ts";
import { createPayoutWidget } from "./page/payout_widget.ts";
import { expirePayment } from "./payments.ts";
import { settlePayout } from "./payouts.ts";
import { expirePersonalData } from "./personal_data.ts";
import { settleRefund } from "./refunds.ts";
import { createSettings } from "./settings.ts";
import type { YooKassaContext } from "./yookassa_context.ts";

/** The stand-in for YooKassa. */
export interface YooKassa {
  readonly context: YooKassaContext;
  readonly calls: Calls;
  /** To be mounted at `/yookassa`: `/v3/…` and the pages. */
  readonly routes: Hono;
}

/** Files of the pages. */
const FILES = { "pay.css": "text/css", "form.js": "text/javascript" };
/** What the gateway holds when the books are begun, kopecks: a million rubles. */
const FIRST_BALANCE = 100_000_000;

/** @param deliver How notices reach the product. */
export function createYooKassa(
  world: World,
  { faults, deliver }: { readonly faults: Faults; readonly deliver: Deliver },
): YooKassa {
  const settings = createSettings(world.store);
  const jobs = createJobs(world);
  const context: YooKassaContext = {
    world,
    settings,
    jobs,
    objects: createObjects(world.store),
    entries: createEntries(world),
    notices: createNotices(world, { jobs, faults, settings, deliver }),
  };
  if (world.store.setting("yookassa/begun") === undefined) {
    world.store.transaction(() => {
      world.store.setSetting("yookassa/begun", "1");
      topUp(context, FIRST_BALANCE);
    });
  }
  jobs.start((kind, ref) => runJob(context, kind, ref));
  const calls = createCalls(world);
  const routes = new Hono();
  routes.route("/v3", createApi(context, { faults, calls }));
  routes.route("/payments/external/confirmation", createPaymentPage(context));
  routes.route("/payouts-data", createPayoutWidget(context));
  const folder = new URL("./page/static/", import.meta.url);
  routes.get("/static/:file", pageHeaders(), staticFiles(folder, FILES));
  return { context, calls, routes };
}

/** The owner puts money on the gateway's balance. @param kopecks Negative: takes it out. */
export function topUp({ world, entries }: YooKassaContext, kopecks: number): void {
  const ref = `top-up-${world.store.next("yookassa/top-ups")}`;
  entries.add({ account: "gateway", kind: "topUp", amount: kopecks, ref });
}

function runJob(context: YooKassaContext, kind: JobKind, ref: string): void {
  switch (kind) {
    case "payment":
      return expirePayment(context, ref);
    case "refund": {
      const refund = context.objects.find("refund", ref);
      if (refund !== undefined) settleRefund(context, refund, refund.hidden.reason);
      return;
    }
    case "payout": {
      const payout = context.objects.find("payout", ref);
      if (payout !== undefined) settlePayout(context, payout, payout.hidden.reason);
      return;
    }
    case "personal_data":
      return expirePersonalData(context, ref);
    case "notice":
      return context.notices.send(Number(ref));
    default:
      return kind satisfies never;
  }
}
