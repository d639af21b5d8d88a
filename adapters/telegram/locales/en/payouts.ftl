# Rubles that leave the balance, in English. See bot.ftl.

command-cashout = Take rubles out
button-cash-out = 💸 Take my rubles
button-cash-sbp = 📱 By phone number (SBP)
button-cash-yooMoney = 👛 To a YooMoney wallet
button-cash-card = 💳 To a card
button-cash-all = All: { $amount }
button-cash-page = 💳 Name the card
button-cash-again = Try again
button-cash-confirm = ✅ Yes, send it
button-cash-cancel = Cancel
prize-sbp = rubles through the SBP to { $masked }
prize-yooMoney = rubles to the YooMoney wallet { $masked }
prize-card = rubles to the card { $masked }
cash-to-sbp = through the SBP to { $masked }
cash-to-yooMoney = to the YooMoney wallet { $masked }
cash-to-card = to the card { $masked }

cash-off = Payouts in rubles are not switched on here. Raffles in Stars: /join_raffle
cash-old = This question is not asked any more. Begin anew: /cashout
cash-asked = It is on its way. What comes of it is told here.
cash-cancelled = Nothing was sent, the rubles are on your balance. Once more: /cashout
cash-nothing = There are no rubles on your balance now. Prizes come here: /join_raffle
cash-open = You are taking out { $amount } { $to } already. As soon as that is finished you can take out more.
cash-tryAgain = The bank could not be asked. Please try once more.
cash-ask-channel =
    <b>On your balance: { $amount }</b>

    How shall they be sent?
cash-ask-amount = On your balance: { $amount }. How much shall be sent? At once from { $least } to { $most }. Press the button or write an amount, for example { $form }
cash-ask-phone = Write the mobile number that belongs to the receiving account, for example { $form }
cash-ask-bank = Which bank is the account with? Press a button or write a part of the name.
cash-ask-name = In whose name is the account? Write last name, first name and, if there is one, the middle name: { $form }. The bank compares them with the owner of the account.
cash-ask-wallet = Write the number of the YooMoney wallet, for example { $form }
cash-ask-card = The card's number is typed on the page behind the button, in YooKassa's form: the bot neither sees nor keeps it. The link is for you alone, for once and for half an hour. Then come back here.
cash-banks-away = The list of banks cannot be had now. Try again in a minute, or cancel and choose another way.
cash-banks-none = There is no bank “{ $query }” in the SBP. These are all:
cash-no-card = Nothing can be sent to cards here. Please choose another way.
cash-bank = Bank: { $bank }
cash-speed-instant = It usually takes less than a minute.
cash-speed-short = The bot has little money for payouts now, so that this one may not go through: then the rubles come back to your balance. Better try later.
cash-speed-unknown = How long it takes cannot be said: the payment service does not answer now. Meanwhile the rubles are kept for you.
cash-problem-amount = That is no amount. Write rubles, and kopecks behind a point: { $allowed } or 99.50
cash-problem-recipient = A name is written in letters: last name, first name and, if there is one, the middle name, for example { $allowed }.
cash-problem-aboveBalance = That is more than there is on your balance: { $allowed }.
cash-confirm = Send { $amount } { $to }? It cannot be taken back afterwards.

withdrawal-refusal-bankCanceled = The payout did not go through.
notice-withdrawalDone-sbp = 💸 { $amount } { $to } – sent, the money is yours.
notice-withdrawalDone-yooMoney = 💸 { $amount } { $to } – sent, the money is yours.
notice-withdrawalDone-card = 💸 { $amount } { $to } – sent. The bank shows it within a day, usually at once.
notice-withdrawalUncertain-rubles = ⏳ It is not known yet whether the payout of { $amount } { $to } has arrived. The admins find out; the amount is kept for you, and nothing is sent twice.
notice-withdrawalFailed-rubles = Nothing was sent ({ $amount } { $to }). { $reason } The rubles are on your balance.
notice-withdrawalUndecided-rubles = ⚠️ Nobody knows whether the payout of { $amount } { $to } has reached <code>{ $player }</code>: YooKassa's answer was lost, or it shows something else than was asked for. Look at the payouts in YooKassa's cabinet (their metadata name <code>{ $id }</code>) and say what became of it:
    <code>/admin settle { $id }</code> – it has arrived
    <code>/admin void { $id }</code> – it has not; the list of payouts is read once more, and if there is nothing the player gets the amount back
notice-bankPayoutLooked-purchase = 🔎 <code>{ $id }</code>: YooKassa has such a payout, { $amount } for <code>{ $player }</code>. Nothing goes back before it has said its last word.
notice-bankPayoutLooked-nothing = 🔎 <code>{ $id }</code>: YooKassa has no such payout. { $amount } is on the balance of <code>{ $player }</code> again.
notice-bankPayoutLooked-unread = ⚠️ <code>{ $id }</code>: YooKassa does not answer now, so nothing is decided ({ $amount }, <code>{ $player }</code>). Say it again in some minutes: <code>/admin void { $id }</code>
admin-payout-silent = ⚠️ YooKassa has not answered for an hour whether it makes payout <code>{ $id }</code>. The same one is asked for again, after ten minutes at most, and the player's rubles are kept. What is not known after a day is yours to decide; you will be asked.
admin-payout-hangs = ⚠️ YooKassa has not said for a day whether payout { $payout } (<code>{ $id }</code>) went through. It is looked at further, every ten minutes. Look at it in YooKassa's cabinet.
payout-payout = a payout
treasury-payoutShort-gateway =
    ⚠️ <b>YooKassa did not pay { $amount } out: too little lies on the payout gateway.</b>
    The rubles are back on the player's balance, and he will try later. Put money on the gateway's balance in YooKassa's cabinet.
treasury-bankRefuses-payout = ⚠️ <b>YooKassa refuses to make payouts</b> ({ $reason }). Rubles stay on the balances. Look at the keys and limits of the payout gateway in YooKassa's cabinet.
treasury-bankRefuses-receiver = ℹ️ <b>YooKassa did not take the receiver of a payout</b> ({ $reason }). The rubles are back on the player's balance, and he was told to check the receiver. If it happens to many, look at the ways to pay out of the gateway in YooKassa's cabinet.
reserve-gateway = YooKassa's payout gateway: { $amount }
reserve-gateway-off = YooKassa's payout gateway: { $amount }, switched off
reserve-gateway-away = YooKassa's payout gateway: its balance cannot be read now
payout-description = Prize payout

card-page-title = Card for the payout
card-page-hint = { $amount } will go to this card once you have said yes in the chat. YooKassa alone sees its number: the bot gets a stand-in for it and the last four digits.
card-page-loading = YooKassa's form is being loaded…
card-page-taken = The card { $card } is noted. Close this page, go back to the chat with the bot and say yes to the payout there.
card-page-gone = This link was used already or is too old. If the bot asks for your yes in the chat, the card is noted; else begin anew there: /cashout
card-page-failed = That did not work, and nothing was sent. Please load the page again and try once more.
card-page-again = Load the page again
card-page-script = This page needs JavaScript: the form for the card is YooKassa's. Switch it on, or choose another way in the chat: /cashout

finding-what-payment = payment
finding-what-refund = refund
finding-what-payout = payout
finding-bankUnknown = <b>{ $id }</b> · { $time } · YooKassa, { $what } of { $theirs }: not booked here. <code>{ $transaction }</code>
finding-bankMissing = <b>{ $id }</b> · { $time } · our { $what } of { $ours } is not in YooKassa's books. <code>{ $transaction }</code>
finding-bankDiffers = <b>{ $id }</b> · { $time } · YooKassa, { $what } of { $theirs }: { $ours } booked here. <code>{ $transaction }</code>
give-up-rubles = Rubles can be taken out: to an account by phone number, to a YooMoney wallet or to a card, /cashout

## A payout that is waited for

notice-withdrawalWaits-rubles = ⏳ You asked for { $amount } { $to }. So much within 24 hours ({ $lastDay } with this) needs the yes of { $approvals ->
    [one] an admin
   *[other] { $approvals } admins
  }; they have been told. Until then the rubles stay yours.
notice-withdrawalAsksAdmins-rubles = 🔐 <code>{ $player }</code> asks for { $amount } { $to }, which makes { $lastDay } within 24 hours. It wants the yes of { $approvals ->
    [one] one admin
   *[other] { $approvals } admins
  }, one no is enough:
    <code>/admin approve { $id }</code>
    <code>/admin decline { $id } reason</code>
