# Rubles: entries and top-ups by bank, in English. See bot.ftl.

menu-join-rubles = 💳 Join (RUB)
open-raffles-none-RUB = No raffle in rubles is open now. There is this in Stars:
open-raffles-none-XTR = No raffle in Stars is open now. There is this in rubles:
paid-stars = Telegram Stars
paid-both = Telegram Stars and rubles
button-try-again = 🔁 Try again
button-pay-rubles = 💳 By card, SBP or YooMoney: { $price }
button-pay-link = 💳 Pay { $amount }
button-topup = Put rubles on the balance
command-topup = Put rubles on the balance
entry-asked-rubles = The link to the payment is on its way.
payment-paying = waiting for the payment
payment-kept = back on the balance

rubles-link-entry =
    Your place in “{ $title }” is kept for a short time. Pay { $amount } on YooKassa's page; it takes cards, SBP and YooMoney. The link is good for an hour and can be paid once.

    When it is paid, the ticket comes here by itself. Should there be no place left by then, or a limit or pause of yours stand in the way, the whole amount goes back.
rubles-link-topup = Pay { $amount } on YooKassa's page; it takes cards, SBP and YooMoney. The link is good for an hour and can be paid once. When it is paid, the balance grows by itself.
rubles-topped-up = { $amount } is on your balance. Payment: <code>{ $charge }</code>. Join a raffle: /join_raffle
rubles-topup-failed = The balance was not topped up by { $amount }. { $reason }
rubles-kept =
    { $amount } for “{ $title }” could not go back to where it came from. { $reason } So that nothing is lost, the amount is on your balance: /balance

    Pay other entries with it, or write to /paysupport, payment <code>{ $charge }</code>.
rubles-topup-how-much = How much shall be put on your ruble balance? From { $least } to { $most }. Choose, or write for example: /topup 250
rubles-topup-which = “{ $given }” is no amount. Write rubles, and kopecks behind a point: /topup 250 or /topup 99.50
rubles-topup-asked = The link to the payment is on its way.
rubles-off = Payments in rubles are not switched on here. Entries in Stars: /join_raffle
rubles-refused-tooSmall = That is too little: from { $least } to { $most }. For example: /topup 250
rubles-refused-tooLarge = That is too much at once: from { $least } to { $most }. For example: /topup 250
rubles-refused-tooMany = Three payments of yours wait already. Pay one of them by its link above, or wait until they have ended: an hour at most.
rubles-refused-ownPause = You have set yourself a pause, so the balance cannot be topped up now. See /limits.
rubles-refused-dataDeleted = Your data is deleted. Press /start to begin anew.
rubles-refused-deletionAsked = You have asked to have your data deleted, so the balance cannot be topped up. Changed your mind? /deleteme

refusal-wrongMethod = This raffle is paid in another currency. Open its card and choose anew: /join_raffle
refusal-ownWeeklyRubles = That would be more rubles than you allow yourself in a week. See /limits.
refusal-bankUnpaid = The payment did not go through, nothing was charged. Try again: /join_raffle or /topup
refusal-bankUnavailable = The payment service does not answer now, nothing was charged. Try again in some minutes: /join_raffle or /topup
refusal-bankUnclear = The payment service does not say what became of your payment. If nothing was charged, try again: /join_raffle or /topup. If it was, it is not lost: it counts or goes back later. /paysupport
refusal-bankWantsEmail = The payment service does not take your e-mail address for the receipt, nothing was charged. Write another one by /email, then try again: /join_raffle or /topup

notice-refunded-bank = { $amount } for “{ $title }” went back to where you paid from; banks take up to some days to show it. { $reason } Payment: <code>{ $charge }</code>

limits-week-rubles = Rubles a week: { $value }; within seven days { $used }
limit-rublesPerWeek = { $rubles } a week
button-limit-rublesPerWeek = { $value } ₽ a week
problem-noRubles = • { $field }: rubles need a shop at YooKassa: set YOOKASSA_SHOP_ID and YOOKASSA_SECRET_KEY and start again, or name a price in Stars
panel-ask-price-rubles = Or in rubles, from 1 to 350000: write 100 ₽ or 99.50 rub.
series-refusal-noRubles = it costs rubles, and nobody can pay in them: set YOOKASSA_SHOP_ID and YOOKASSA_SECRET_KEY and start again, or change its template
problem-onlyStars = • { $field }: only a raffle in Stars can have it, because the reserve holds nothing else. Write 0 or name a price in Stars

treasury-bankRefuses = ⚠️ <b>YooKassa refuses to make payments</b> ({ $reason }). Players cannot pay in rubles now. Look at the shop's keys and limits in YooKassa's cabinet.
admin-bank-foreign = ⚠️ <b>A payment is not ours</b>: { $charge } (<code>{ $id }</code>), { $what }. It was not taken as money, and the player was told that nobody knows what became of it. Look at it in YooKassa's cabinet. It is looked at again every six hours: when the keys are right by then, it counts.
admin-bank-foreign-shop = it belongs to another shop
admin-bank-foreign-actor = it was made for something else
admin-bank-foreign-test = it was made in a shop for trying out, where no money moves
admin-bank-foreign-unknown = the shop whose keys are set does not know it
admin-bank-foreign-currency = it is not in rubles
admin-bank-hangs = ⚠️ YooKassa has not said for a day whether { $charge } (<code>{ $id }</code>) was paid. The player was told so. It is looked at further, every ten minutes; should it be paid, it counts or goes back. Look at it in YooKassa's cabinet.
treasury-bankFeeUnknown = ⚠️ YooKassa does not say what it has kept of <code>{ $charge }</code>, after a day of asking. The books lack that fee. Look at the payment in YooKassa's cabinet.
treasury-payoutShort-rubles =
    ⚠️ <b>YooKassa refuses: { $what } of { $amount } – the shop has too little.</b>
    Nothing is lost: it is tried again, and goes through once there is enough. Put money on the shop's account in YooKassa's cabinet.

## On the bank's page and statement

bank-description-entry = Ticket of “{ $title }”
bank-description-topup = Balance of rubles
bank-description-refund = Refund of an entry

## Receipts

command-email = E-mail for receipts
email-asked = Payments in rubles have a receipt. Where shall it be sent? Write your e-mail address, for example anna@example.org. The next 15 minutes count.
email-asked-again = Your receipts go to { $email }. Write another e-mail address within 15 minutes, or leave it as it is.
email-kept = Your receipts go to { $email } from now on; /email changes it. Now press the button for the payment again.
email-none = Payments have no receipts here, so no e-mail address is needed.
words-notAnEmail = That is no e-mail address. It has a name, an @ and a domain in Latin letters, for example anna@example.org.

## What the pages say where rubles are taken

help-rubles =
    <b>Rubles</b>

    A raffle in rubles is paid on YooKassa's page by card, SBP or YooMoney, or from your ruble balance.

    /topup – put rubles on the balance
    /cashout – take rubles out
help-receipts = /email – where receipts go
terms-rubles =
    <b>Rubles</b>

    • What you pay in rubles goes through YooKassa. A payment that brings no ticket, and every entry of a raffle that does not take place, goes back in full to where it was paid from. If the bank does not take it back, it goes to your balance.
    • Rubles on the balance, put there or won, pay for entries; they can be taken out through the SBP, to a YooMoney wallet or to a card.
privacy-rubles =
    <b>Rubles</b>

    • Of a payment in rubles we keep YooKassa's number, amount and time. Card, account and phone are typed on YooKassa's page; we do not see them.
    • YooKassa gets from us the amount, the raffle's title and our number of the payment.
    • For a payout YooKassa gets the phone and the bank, the wallet's number or the stand-in for a card, and where the name is checked that, too. We keep them until the payout has ended, and then only their hash, until your data is deleted. A card's number is typed in YooKassa's form.
privacy-receipts = • For receipts: your e-mail address. YooKassa gets it with each payment.
