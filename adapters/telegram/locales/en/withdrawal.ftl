
## Prizes that leave the balance

button-take-prize = 🎁 Take the prize
button-withdrawal-cancel = Cancel
button-withdrawal-approve = ✅ Yes
button-gifts = 🎁 A gift
button-premium = ⭐ Premium, { $months } months: { $price }
button-own-payments = ↩️ My own payments: { $price }
button-keep = Keep it on the balance
button-gifts-earlier = ‹ Back
button-gifts-later = More ›
button-confirm = ✅ Yes, send it
button-confirm-refund = ✅ Yes, give it back
button-other-choice = Something else
prize-gift = a gift
prize-premium = Telegram Premium for { $months } months
prize-refund = your own payments
take-prize =
    <b>Your balance: { $amount }</b>

    Telegram has no way for a bot to send Stars to a person. This is what there is:

    • a gift for your profile; it cannot be turned back into Stars
    • Telegram Premium
    • your own payments for finished raffles come back to you as Stars, each whole
    • or keep it here: the balance pays for entries, /join_raffle
take-prize-nothing = There are no Stars on your balance now. Prizes come here: /join_raffle
take-prize-open = You have asked for { $prize } for { $amount } already. As soon as that is finished you can choose again.
take-prize-waiting = It waits for the yes of the admins.
own-payments-fit = Of your own payments so many fit: { $count ->
    [one] { $count } payment
   *[other] { $count } payments
  }, { $amount } together.
own-payments-none = You have no payments of your own that could come back: only those of finished raffles can, and each once.
own-payments-too-large = None of your own payments fits into { $amount }. These could come back, whole: { $amounts }.
gifts-title = <b>Gifts for { $amount } or less</b>
gifts-none = Telegram has no gift for { $amount } or less now. The cheapest costs { $cheapest }.
gifts-none-at-all = Telegram has no gifts to send now. Please look again later.
gifts-away = Telegram does not say now which gifts there are. Please try again in a minute.
confirm-gift = Send the gift { $gift } for { $amount }? { $left } stay on your balance. A gift cannot be taken back.
confirm-premium = Send Telegram Premium for { $months } months for { $amount }? { $left } stay on your balance. It cannot be taken back.
confirm-refund = Give back your own payments, { $amount } together? They come back to you as Stars, { $left } stay on your balance.
choice-changed = That has changed in the meantime, so nothing was sent. Please choose again.
choice-too-dear = { $amount } is more than your balance of { $balance }. Please choose again.
choice-old = This question is too old to be answered. Nothing was sent; please choose again.
keep-prize = It stays on your balance: { $amount }. You can take it whenever you like: /balance
withdrawal-asked = It is on its way. You will hear here what came of it.
withdrawal-asked-already = You have said so already; it is done once.
withdrawal-cancelled = Cancelled. The amount is on your balance.
withdrawal-not-cancelled = It is too late for that: it is decided already.
withdrawal-admin-done = <code>{ $id }</code>: { $command } is noted.
withdrawal-admin-void = <code>{ $id }</code>: the books of Telegram, or of YooKassa, are read once more before it counts. What they say comes here.
withdrawal-admin-duplicate = <code>{ $id }</code>: that was said before, nothing changes.
withdrawal-admin-not-taken = <code>{ $id }</code>: { $command } is not possible, { $reason }.
withdrawal-admin-unknown = There is no withdrawal “{ $given }”. Write its id behind the command, for example: /admin approve wdr_abc123
withdrawal-admin-needs-reason = Say why, the player reads it: /admin decline { $id } reason
withdrawal-admin-words = An admin says: { $words }
panel-refusal-notWaiting = it waits for nobody's yes
panel-refusal-stillLooking = Telegram's books are still being looked through; you are asked after a day
panel-refusal-beingLookedUp = an admin has said what he saw, and the books are being read once more; look again in a minute
panel-refusal-ownPrize = it is your own, another admin must decide
panel-refusal-notUndecided = nobody doubts what became of it
withdrawal-refusal-insufficientFunds = There is not enough on your balance for it.
withdrawal-refusal-busy = Another prize of yours is still on its way.
withdrawal-refusal-giftEnded = Telegram does not have this gift any more.
withdrawal-refusal-soldOut = This gift is sold out.
withdrawal-refusal-priceChanged = This gift has another price now.
withdrawal-refusal-privacy = Your privacy settings in Telegram do not take gifts. Allow them there, or choose something else.
withdrawal-refusal-unreachable = Telegram cannot reach you from this bot. Is it blocked?
withdrawal-refusal-botBalanceTooLow = The bot has too few Stars at hand at the moment. The admins know; try again later, or choose something else.
withdrawal-refusal-chargesChanged = Your payments that can come back are others by now.
withdrawal-refusal-declined = An admin said no.
withdrawal-refusal-cancelled = You have cancelled it.
withdrawal-refusal-notArrived = It did not arrive.
withdrawal-refusal-refusedByTelegram = Telegram refused it.
withdrawal-refusal-tryAgain = Telegram does not answer as it should. Please try again a little later.
notice-withdrawalWaits = ⏳ You asked for { $prize } for { $amount }. So much within 24 hours ({ $lastDay } with this) needs the yes of { $approvals ->
    [one] an admin
   *[other] { $approvals } admins
  }; they have been told. Until then the amount stays yours.
notice-withdrawalDone-gift = 🎁 Your gift for { $amount } has been sent: it is in your profile. Enjoy it!
notice-withdrawalDone-premium = ⭐ { $prize } is yours, for { $amount }.
notice-withdrawalDone-refund = ↩️ { $amount }: { $prize } are on their way back to you as Stars. Each one is told to you with its charge id.
notice-withdrawalUncertain = ⏳ Telegram did not say whether { $prize } for { $amount } was sent. We look it up; until we know, the amount stays held for you and nothing is sent twice.
notice-withdrawalFailed = Nothing was sent ({ $prize }, { $amount }). { $reason } Your Stars are on your balance.
notice-withdrawalAsksAdmins = 🔐 <code>{ $player }</code> asks for { $prize } for { $amount }, which makes { $lastDay } within 24 hours. It wants the yes of { $approvals ->
    [one] one admin
   *[other] { $approvals } admins
  }, one no is enough:
    <code>/admin approve { $id }</code>
    <code>/admin decline { $id } reason</code>
notice-withdrawalUndecided = ⚠️ After a day nobody knows whether { $prize } for { $amount } reached <code>{ $player }</code>: Telegram's answer was lost and its books do not show it. Look at his gifts and at the bot's transactions, then say what is true:
    <code>/admin settle { $id }</code> – it has arrived
    <code>/admin void { $id }</code> – it has not; Telegram's books are read once more, and if they show nothing he gets the amount back
notice-withdrawalVoidLooked-purchase = 🔎 <code>{ $id }</code>: Telegram's books show it by now: { $prize } for { $amount } was sent to <code>{ $player }</code>. It counts as sent, nothing goes back.
notice-withdrawalVoidLooked-nothing = 🔎 <code>{ $id }</code>: Telegram's books do not show { $prize } for { $amount }. <code>{ $player }</code> has the amount back on the balance.
notice-withdrawalVoidLooked-unread = ⚠️ <code>{ $id }</code>: Telegram's books could not be read just now, so nothing was decided about { $prize } for { $amount } to <code>{ $player }</code>. Please say it again in a few minutes: <code>/admin void { $id }</code>
cancel-prize = you have taken it as a part of your prize
admin-help-withdrawal =
    <b>Large prizes</b>

    <code>/admin approve ID</code> · <code>/admin decline ID reason</code> – a prize that goes over the limit for 24 hours; two admins must agree
    <code>/admin settle ID</code> · <code>/admin void ID</code> – it has arrived, or it has not: you are asked when nobody can find out; before a void counts, Telegram's books are read once more
