/** What the bot says, in both of its languages: people of the story speak either. */
export const JOIN = /Join \(Stars\)|Присоединиться \(Stars\)/;
export const JOIN_IN_RUBLES = /Join \(RUB\)|Присоединиться \(RUB\)/;
export const TRY_AGAIN = /Try again|Попробовать снова/;
export const PAY_WITH_STARS = /Pay with Stars|Оплатить звёздами/;
export const PAY_FROM_BALANCE = /From balance|С баланса/;
export const PAY_WITH_RUBLES = /^💳 (By card|Картой)/;
export const PLACE_KEPT = /Your place in|Место в/;
export const PAY_LINK = /^💳 (Pay|Оплатить) 100 ₽/;
export const TICKET = /ticket No\. \d|билет № \d/;
export const SEALED = /entries are closed|приём окончен|список .* опечатан/i;
export const WON = /You won place 1|занял место 1/;
export const CREDITED = /is on your balance|уже на вашем балансе/;
export const TAKE_PRIZE = /Take the prize|Забрать приз/;
export const A_GIFT = /^🎁 (A gift|Подарок)/;
export const YES_SEND = /Yes, send it|Да, отправить/;
export const GIFT_SENT = /Your gift for|Ваш подарок за/;
export const GIFTS = /Gifts for .* or less|Подарки (за|до|не дороже)/;
export const BALANCE = /Your balance|Ваш баланс/;
export const CASH_OUT = /Take my rubles|Вывести рубли/;
export const HOW_SENT = /How shall they be sent|Как их отправить/;
export const BY_PHONE = /By phone number \(SBP\)|По номеру телефона \(СБП\)/;
export const BY_CARD = /To a card|На карту/;
export const HOW_MUCH = /How much shall be sent|Сколько отправить/;
export const ALL = /^(All|Всё): 55 ₽/;
export const PHONE_ASKED = /Write the mobile number|Напишите номер мобильного/;
export const NO_PHONE =
  /Russian mobile number is needed, for example \+7 900 123-45-67|Нужен номер российского мобильного телефона, например \+7 900 123-45-67/;
export const WHICH_BANK = /Which bank|каком банке/;
export const SEND_TO_PHONE =
  /(Send 200 ₽ through the SBP|Отправить 200 ₽ через СБП на) .*\+7 900 •••-••-67.*Т-Банк/s;
export const ON_ITS_WAY = /It is on its way|Уже в пути/;
export const SBP_SENT = /200 ₽ .*(sent, the money is yours|отправлено, деньги у вас)/;
export const NAME_THE_CARD = /Name the card|Указать карту/;
export const SEND_TO_CARD = /(Send|Отправить) 55 ₽ .*•••• 4444/;
export const CARD_SENT = /55 ₽ .*•••• 4444 – (sent|отправлено)/;
export const MY_BALANCE = /My balance|Мой баланс/;
