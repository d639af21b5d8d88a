/**
 * The demo in rubles: paid on the payment page of the sandbox's YooKassa, and the prize leaves through the
 * SBP. At the end YooKassa's own books are compared with ours.
 */
import { kopecksIn } from "../../machines/domain/typed_rubles.ts";
import { until } from "../chaos/wait.ts";
import type { VariableName } from "../config/variables.ts";
import { YOOKASSA_NOTICE_PATH } from "../http/create_app.ts";
import {
  createPayers,
  type PayoutObject,
  type SandboxNotice,
  type YooKassaBooks,
} from "../sandbox/payers.ts";
import { readableMoney } from "../telegram/readable.ts";
import { bankDifferences, bankSumsOf, bankSumsSince, readOwnBankSums } from "./bank_books.ts";
import { askSbp, confirmCashOut } from "./cash_out_buttons.ts";
import { type DemoCurrency, type DemoWorld, PATIENCE_MS } from "./demo_currency.ts";
import { createRubleEntries } from "./ruble_entries.ts";
import type { RublesShown } from "./ruble_promises.ts";

/** What the owner has configured. */
export const rubleSettings: Readonly<Partial<Record<VariableName, string>>> = {
  YOOKASSA_CHECK_RECIPIENT: "1",
  // Above it two admins have to say yes, which is another story.
  WITHDRAWAL_LIMIT_RUB: "100000",
};

const PHONE = "+7 916 555-01-23";
const LAST_NAME = "Korolenko";

/**
 * Begins with what the owner does in YooKassa's cabinet: he says where its notices go. Its books begin with
 * the demo; ours may hold earlier runs.
 */
export async function openRubles(world: DemoWorld): Promise<DemoCurrency> {
  const { platform: { url, database }, people, sandboxUrl, tell } = world;
  const payers = createPayers(sandboxUrl);
  await payers.set({ noticeUrl: `${url}${YOOKASSA_NOTICE_PATH}` });
  const before = await readOwnBankSums(database);
  return {
    price: { minor: "10000", currency: "RUB" },
    typedPrice: "100₽",
    say: readableMoney,
    ...createRubleEntries(world, payers),
    async takePrize(winner) {
      const [firstName = ""] = winner.first_name.split(" ");
      await payers.phoneOwner({
        phone: PHONE.replaceAll(/\D/g, ""),
        last_name: LAST_NAME,
        first_name: firstName,
      });
      const name = `${LAST_NAME} ${firstName}`;
      const hand = { people, person: winner, timeoutMs: PATIENCE_MS };
      await confirmCashOut(hand, await askSbp(hand, { phone: PHONE, bank: "сбер", name }));
      tell(`${winner.first_name} takes all of it out through the SBP, by the bot's questions.`);
      tell(`  The bank finds that the account is in the name of ${name}; the money is there.`);
    },
    async end() {
      const notices = await until(
        () => payers.notices(),
        (all) => all.every(({ state }) => state !== "pending"),
        { timeoutMs: PATIENCE_MS },
      );
      const books = await payers.books();
      const shown = show(books, notices ?? []);
      const differences = bankDifferences({
        ours: bankSumsSince(before, await readOwnBankSums(database)),
        theirs: bankSumsOf(books),
      });
      return {
        refunded: books.shop.refunds.filter(({ status }) => status === "succeeded").length,
        taken: BigInt(shown.paidOut?.amount.minor ?? 0),
        shown,
        problems: [...differences, ...(notices === undefined ? ["Notices that wait still"] : [])],
      };
    },
  };
}

function show(
  { shop, gateway }: YooKassaBooks,
  notices: readonly SandboxNotice[],
): RublesShown {
  const countOf = (status: string): number =>
    shop.payments.filter((payment) => payment.status === status).length;
  const { received, fees, refunded } = shop;
  return {
    paidOut: paidOutOf(gateway.payouts.filter(({ status }) => status === "succeeded")),
    sandbox: {
      received,
      fees,
      refunded,
      paidOut: gateway.paidOut,
      payments: { succeeded: countOf("succeeded"), canceled: countOf("canceled") },
      notices: {
        delivered: notices.reduce((sum, { deliveries }) => sum + deliveries, 0),
        thrice: notices.filter(({ deliveries }) => deliveries === 3).length,
        lost: notices.filter(({ state }) => state === "never").length,
      },
    },
  };
}

/** One payout and no other. */
function paidOutOf([payout, ...more]: readonly PayoutObject[]): RublesShown["paidOut"] {
  if (payout === undefined || more.length > 0) return null;
  const { amount, payout_destination: destination } = payout;
  return {
    channel: destination.type,
    amount: { minor: kopecksIn(amount.value) ?? "0", currency: "RUB" },
    recipientChecked: destination.type === "sbp" && destination.recipient_checked,
  };
}
