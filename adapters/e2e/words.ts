/** What the bot says, in both of its languages: people of the story speak either. */
export const JOIN = /Join \(Stars\)|Присоединиться \(Stars\)/;
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
