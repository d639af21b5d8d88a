/** The payment page: methods to choose from, the bank's question, the end. */
import { type Html, markup, nothing } from "../../page/markup.ts";
import type { PayerProblem } from "../payer.ts";
import type { StoredPayment } from "../payments.ts";
import { SBP_BANKS } from "../sbp_banks.ts";
import { testCards } from "../test_cards.ts";
import { amountInWords, renderLayout } from "./layout.ts";
import { returnAddress } from "./return_address.ts";
import { type PageLanguage, type PageWords, WORDS } from "./words.ts";

/** What the page is made of. */
export interface PaymentPage {
  readonly payment: StoredPayment;
  readonly methods: readonly string[];
  readonly language: PageLanguage;
  /** Its own address with the payment's id. */
  readonly address: string;
  /** What was not taken, by which method, and what had been typed. */
  readonly rejected?: {
    readonly problem: PayerProblem;
    readonly method: string;
    readonly typed: Readonly<Record<string, string>>;
  };
}

/** Which field a problem is about. */
const FIELD_OF: Partial<Record<PayerProblem, string>> = {
  cardNumber: "number",
  notATestCard: "number",
  cardDate: "date",
  cardCode: "code",
  bank: "bank",
  wallet: "wallet",
};

/** Renders it. */
export function renderPayment(page: PaymentPage): Html {
  const { payment: { object, hidden }, language, address } = page;
  const words = WORDS[language];
  const body = markup`
    <h1>${amountInWords(object.amount, language)}</h1>
    ${object.description ? markup`<p class="about">${object.description}</p>` : nothing}
    ${
    object.status !== "pending"
      ? renderEnd(page, words)
      : hidden.cardFor3ds === null
      ? renderMethods(page, words)
      : renderQuestion(words)
  }`;
  const title = `${words.title}: ${amountInWords(object.amount, language)}`;
  return renderLayout({ language, title, body, address });
}

/** There is no such payment. */
export function renderUnknownPayment(language: PageLanguage, address: string): Html {
  const { title, unknown } = WORDS[language];
  return renderLayout({ language, title, address, body: markup`<h1>${unknown}</h1>` });
}

function renderMethods(page: PaymentPage, words: PageWords): Html {
  const { payment: { hidden }, methods, rejected } = page;
  const open = rejected?.method ?? methods[0];
  const forms: Readonly<Record<string, [string, () => Html]>> = {
    bank_card: [words.card, () => renderCardFields(page, words)],
    sbp: [words.sbp, () => renderBankField(page, words)],
    yoo_money: [words.yooMoney, () => renderWalletField(page, words)],
  };
  return markup`${
    rejected === undefined
      ? nothing
      : markup`<p class="error" id="problem" role="alert">${words.problems[rejected.problem]}</p>`
  }${
    methods.map((method) => {
      const [name, fields] = forms[method] ?? ["", () => nothing];
      return markup`<details class="method" name="method" ${method === open ? "open" : ""}>
        <summary>${name}</summary>
        <form method="post" autocomplete="off">
          <input type="hidden" name="method" value="${method}">${fields()}</form></details>`;
    })
  }
    <p><a href="${returnAddress(hidden.returnUrl)}" class="leave">${words.leave}</a></p>
    ${methods.includes("bank_card") ? renderTestCards(words) : nothing}`;
}

function renderCardFields(page: PaymentPage, words: PageWords): Html {
  return markup`
    <label class="wide">${words.cardNumber} <input name="number" inputmode="numeric" required
      maxlength="25" placeholder="0000 0000 0000 0000" ${fieldState(page, "number")}></label>
    <label>${words.cardDate} <input name="date" inputmode="numeric" required maxlength="7"
      placeholder="${words.cardDateForm}" ${fieldState(page, "date")}></label>
    <label>${words.cardCode} <input name="code" inputmode="numeric" required
      maxlength="4" placeholder="•••" ${fieldState(page, "code")}></label>
    <div class="buttons"><button class="primary">${payWords(page, words)}</button></div>`;
}

function renderBankField(page: PaymentPage, words: PageWords): Html {
  return markup`
    <label class="wide">${words.bank} <select name="bank" ${fieldState(page, "bank")}>${
    SBP_BANKS.map(({ bank_id, name }) => markup`<option value="${bank_id}">${name}</option>`)
  }</select></label>${renderPayOrDecline(page, words)}`;
}

function renderWalletField(page: PaymentPage, words: PageWords): Html {
  const typed = page.rejected?.typed["wallet"] ?? "4100116074720387";
  return markup`
    <label class="wide">${words.wallet} <input name="wallet" inputmode="numeric" required
      maxlength="33" value="${typed}" ${fieldState(page, "wallet")}></label>
    ${renderPayOrDecline(page, words)}`;
}

function renderPayOrDecline(page: PaymentPage, words: PageWords): Html {
  return markup`<div class="buttons">
    <button class="primary" name="action" value="pay">${payWords(page, words)}</button>
    <button name="action" value="decline">${words.decline}</button></div>`;
}

function renderQuestion(words: PageWords): Html {
  return markup`<form method="post" class="question">
    <p>${words.bankAsks}</p>
    <input type="hidden" name="method" value="3ds">
    <div class="buttons"><button class="primary" name="action" value="pay">${words.confirm}</button>
      <button name="action" value="decline">${words.reject}</button></div></form>`;
}

function renderEnd({ payment: { object, hidden } }: PaymentPage, words: PageWords): Html {
  const { status, cancellation_details } = object;
  const text = status === "succeeded"
    ? words.paid
    : status === "canceled"
    ? words.canceled
    : words.held;
  const reason = cancellation_details?.reason;
  return markup`<p class="end ${status}" role="status">${text}</p>${
    reason === undefined
      ? nothing
      : markup`<p>${words.reasons[reason] ?? ""} <code class="note">${reason}</code></p>`
  }
    <p><a href="${returnAddress(hidden.returnUrl)}" class="button primary">${words.back}</a></p>`;
}

function renderTestCards(words: PageWords): Html {
  return markup`<details class="cards"><summary>${words.testCards}</summary><ul>${
    testCards().map(({ number, outcome }) =>
      markup`<li><code>${spaced(number)}</code> ${
        outcome.cancellation?.reason ?? (outcome.asks3ds ? words.asks3ds : words.succeeds)
      }</li>`
    )
  }</ul></details>`;
}

/** The typed text again, and whether it is what was wrong; the code is never given back. */
function fieldState({ rejected }: PaymentPage, field: string): Html {
  if (rejected === undefined) return nothing;
  const typed = field === "code" ? undefined : rejected.typed[field];
  return markup`${typed === undefined ? nothing : markup`value="${typed}"`} ${
    FIELD_OF[rejected.problem] === field
      ? markup`aria-invalid="true" aria-describedby="problem" autofocus`
      : nothing
  }`;
}

function payWords({ payment, language }: PaymentPage, words: PageWords): string {
  return `${words.pay} ${amountInWords(payment.object.amount, language)}`;
}

function spaced(number: string): string {
  return number.replaceAll(/(.{4})(?=.)/g, "$1 ");
}
