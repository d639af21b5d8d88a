/** What YooKassa's pages say, in both languages. */
import type { PayerProblem } from "../payer.ts";

/** A language of the pages. */
export type PageLanguage = "ru" | "en";

/** The words of one language. */
export interface PageWords {
  readonly title: string;
  readonly notReal: string;
  readonly card: string;
  readonly sbp: string;
  readonly yooMoney: string;
  readonly cardNumber: string;
  readonly cardDate: string;
  readonly cardDateForm: string;
  readonly cardCode: string;
  readonly bank: string;
  readonly wallet: string;
  readonly pay: string;
  readonly decline: string;
  readonly leave: string;
  readonly back: string;
  readonly bankAsks: string;
  readonly confirm: string;
  readonly reject: string;
  readonly paid: string;
  readonly held: string;
  readonly canceled: string;
  /** Why, by YooKassa's reasons. */
  readonly reasons: Readonly<Record<string, string>>;
  readonly unknown: string;
  readonly testCards: string;
  readonly succeeds: string;
  readonly asks3ds: string;
  readonly problems: Readonly<Record<PayerProblem, string>>;
  readonly widgetTitle: string;
  readonly widgetNote: string;
  readonly widgetProblem: string;
  readonly save: string;
  readonly saved: string;
  readonly token: string;
  readonly wrongAccount: string;
}

/** All words. */
export const WORDS: Readonly<Record<PageLanguage, PageWords>> = {
  ru: {
    title: "Оплата",
    notReal: "Песочница вместо ЮKassa: деньги не настоящие.",
    card: "Банковская карта",
    sbp: "СБП",
    yooMoney: "Кошелёк ЮMoney",
    cardNumber: "Номер карты",
    cardDate: "Срок действия",
    cardDateForm: "ММ/ГГ",
    cardCode: "Код с оборота",
    bank: "Банк",
    wallet: "Номер кошелька",
    pay: "Заплатить",
    decline: "Отказаться в банке",
    leave: "Вернуться в магазин без оплаты",
    back: "Вернуться в магазин",
    bankAsks: "Ваш банк просит подтвердить платёж.",
    confirm: "Подтвердить",
    reject: "Не подтверждать",
    paid: "Оплачено",
    held: "Деньги отложены: магазин их ещё не забрал",
    canceled: "Платёж не прошёл",
    reasons: {
      "3d_secure_failed": "Банк не получил подтверждения.",
      call_issuer: "Банк отклонил платёж и не сказал почему.",
      canceled_by_merchant: "Магазин отменил платёж.",
      card_expired: "Срок действия карты истёк.",
      country_forbidden: "Картой этой страны заплатить нельзя.",
      expired_on_confirmation: "Время на оплату вышло.",
      fraud_suspected: "Платёж не пропустила проверка безопасности.",
      general_decline: "Банк отклонил платёж.",
      insufficient_funds: "На карте не хватает денег.",
      invalid_card_number: "Банк не знает такой карты.",
      invalid_csc: "Код с оборота не подошёл.",
      issuer_unavailable: "Банк сейчас не отвечает.",
      payment_method_limit_exceeded: "Исчерпан лимит платежей этой карты.",
      payment_method_restricted: "Платежи этой картой запрещены.",
    },
    unknown: "Такого платежа нет.",
    testCards: "Тестовые карты",
    succeeds: "платёж пройдёт",
    asks3ds: "платёж пройдёт, банк попросит подтверждения",
    problems: {
      notPayable: "Этот платёж уже завершён.",
      methodUnavailable: "Этим способом его оплатить нельзя.",
      cardNumber: "В номере карты ошибка. Нужно от 14 до 19 цифр с карты.",
      notATestCard: "Здесь принимаются только тестовые карты, они перечислены ниже.",
      cardDate: "Срок действия должен быть в будущем, например 12/30.",
      cardCode: "Код состоит из 3 или 4 цифр.",
      bank: "Выберите банк из списка.",
      wallet: "Номер кошелька начинается с 41001 и состоит из 11–33 цифр.",
    },
    widgetTitle: "Карта для выплаты",
    widgetNote: "Номер карты узнаёт только ЮKassa.",
    widgetProblem: "В номере карты ошибка. Нужно от 16 до 19 цифр с карты.",
    save: "Сохранить карту",
    saved: "Карта сохранена",
    token: "Синоним карты",
    wrongAccount: "Такого шлюза нет.",
  },
  en: {
    title: "Payment",
    notReal: "The sandbox in place of YooKassa: the money is not real.",
    card: "Bank card",
    sbp: "SBP",
    yooMoney: "YooMoney wallet",
    cardNumber: "Card number",
    cardDate: "Valid thru",
    cardDateForm: "MM/YY",
    cardCode: "Security code",
    bank: "Bank",
    wallet: "Wallet number",
    pay: "Pay",
    decline: "Decline in the bank",
    leave: "Back to the shop without paying",
    back: "Back to the shop",
    bankAsks: "Your bank asks you to confirm the payment.",
    confirm: "Confirm",
    reject: "Do not confirm",
    paid: "Paid",
    held: "The money is held: the shop has not taken it yet",
    canceled: "The payment did not go through",
    reasons: {
      "3d_secure_failed": "The bank did not get your confirmation.",
      call_issuer: "The bank declined and did not say why.",
      canceled_by_merchant: "The shop has cancelled the payment.",
      card_expired: "The card has expired.",
      country_forbidden: "Cards of this country cannot be used.",
      expired_on_confirmation: "The time for paying is over.",
      fraud_suspected: "A security check stopped the payment.",
      general_decline: "The bank declined the payment.",
      insufficient_funds: "There is not enough money on the card.",
      invalid_card_number: "The bank does not know this card.",
      invalid_csc: "The security code did not fit.",
      issuer_unavailable: "The bank does not answer now.",
      payment_method_limit_exceeded: "The limit of this card is used up.",
      payment_method_restricted: "Payments by this card are blocked.",
    },
    unknown: "There is no such payment.",
    testCards: "Test cards",
    succeeds: "the payment succeeds",
    asks3ds: "the payment succeeds, the bank asks first",
    problems: {
      notPayable: "This payment is over already.",
      methodUnavailable: "It cannot be paid in this way.",
      cardNumber: "The card number has a mistake. It has 14 to 19 digits.",
      notATestCard: "Only test cards are taken here; they are listed below.",
      cardDate: "The date must be in the future, for example 12/30.",
      cardCode: "The code has 3 or 4 digits.",
      bank: "Choose a bank of the list.",
      wallet: "A wallet number begins with 41001 and has 11 to 33 digits.",
    },
    widgetTitle: "Card for the payout",
    widgetNote: "Nobody but YooKassa learns the card's number.",
    widgetProblem: "The card number has a mistake. It has 16 to 19 digits.",
    save: "Save the card",
    saved: "The card is saved",
    token: "Card synonym",
    wrongAccount: "There is no such gateway.",
  },
};

/** The language of a page: as asked for in its address, else as the shop or the browser wishes. */
export function choosePageLanguage(
  { asked, locale, accepted }: {
    readonly asked?: string | undefined;
    readonly locale?: string | null | undefined;
    readonly accepted?: string | undefined;
  },
): PageLanguage {
  if (asked === "ru" || asked === "en") return asked;
  if (locale === "en_US" || locale === "ru_RU") return locale === "en_US" ? "en" : "ru";
  return accepted === undefined || /^\s*(ru|be|kk|uk)\b/i.test(accepted) ? "ru" : "en";
}
