## The reserve and its figures

reserve-title = <b>Reserve</b> · { $time }
reserve-reserve = Can be paid out today: <b>{ $reserve }</b>
reserve-holdings = At Telegram: { $available } available, { $settling } younger than 21 days
reserve-owed = We owe { $owed }: balances { $users }, withdrawals under way { $held }, pots { $pots }, prizes { $prizes }, refunds and unassigned { $dues }
reserve-promised = Promised for guaranteed prizes: { $promised }
reserve-forecast = Becomes available within 7 days: { $week }, within 21 days: { $weeks }
reserve-own = Commission earned: { $commission }, your capital: { $capital }
reserve-withdrawable = You can withdraw { $amount } on Fragment. The bot cannot do it for you. When it is done, write <code>/admin withdrawn AMOUNT</code>
reserve-findings = { $count ->
    [one] { $count } finding waits for you: /admin findings
   *[other] { $count } findings wait for you: /admin findings
  }

## What the treasury tells by itself

treasury-reserveLow =
    ⚠️ <b>The reserve is low: { $reserve }</b>, the alarm is at { $alarm }.
    Prizes could soon not be paid out at once. Top up on Fragment, then write <code>/admin topup AMOUNT</code>
    All figures: /admin reserve
treasury-reserveAgain = The reserve is above the alarm again: { $reserve }.
treasury-payoutShort =
    ⚠️ <b>Telegram refuses { $what } of { $amount }: the bot has too few Stars.</b>
    It is not lost and can be paid when there are enough. Top up on Fragment, then write <code>/admin topup AMOUNT</code>
payout-refund = a refund
payout-gift = a gift
payout-premium = Premium
treasury-findings = { $count ->
    [one] ⚠️ <b>Our books and those of Telegram or YooKassa do not agree: { $count } new finding</b>
   *[other] ⚠️ <b>Our books and those of Telegram or YooKassa do not agree: { $count } new findings</b>
  }
treasury-reconciled = Our books and Telegram's agree, { $rows } rows.
treasury-reconciled-open = { $open ->
    [one] The books are compared, { $rows } rows. { $open } finding waits: /admin findings
   *[other] The books are compared, { $rows } rows. { $open } findings wait: /admin findings
  }
treasury-reconciliationFails = ⚠️ Telegram's books could not be read, so nothing is compared yet. It is tried again every hour, or at once by <code>/admin reconcile</code>
owner-found-topUp = Your top-up of { $amount } is in Telegram's books and now in your capital.
owner-found-withdrawal = Your withdrawal of { $amount } is in Telegram's books and now taken off.

## Findings

findings-title = <b>What does not agree with Telegram's books</b>
findings-none = Nothing is open: every row of Telegram's books is ours, and every charge of ours is there.
findings-hint = Looked into and cleared up? <code>/admin ack NUMBER what it was</code>
finding-unknownRow = <b>{ $id }</b> · { $time } · { $way } { $amount }, { $partner }: nothing of ours. <code>{ $transaction }</code>
finding-lateCharge = <b>{ $id }</b> · { $time } · { $amount } paid, and Telegram never told us; the entry was told now. <code>{ $transaction }</code>
finding-lateReturn = <b>{ $id }</b> · { $time } · { $amount } went back, and Telegram never told us; the entry was told now. <code>{ $transaction }</code>
finding-amountDiffers = <b>{ $id }</b> · { $time } · { $way } { $amount }: our charge has another amount. <code>{ $transaction }</code>
finding-missingReceipt = <b>{ $id }</b> · { $time } · our charge of { $amount } is not in Telegram's books. <code>{ $transaction }</code>
finding-missingReturn = <b>{ $id }</b> · { $time } · our return of { $amount } is not in Telegram's books. <code>{ $transaction }</code>
finding-missingPurchase = <b>{ $id }</b> · { $time } · a prize of { $amount } that we have sent is not in Telegram's books. <code>{ $transaction }</code>
finding-pastChanged = <b>{ $id }</b> · { $time } · Telegram's past rows are not what they were; everything was read anew.
finding-changedRow = <b>{ $id }</b> · { $time } · a past row changed its amount: { $way } { $amount } now. <code>{ $transaction }</code>
finding-vanishedRow = <b>{ $id }</b> · { $time } · a past row is gone: { $way } { $amount }. <code>{ $transaction }</code>
finding-balanceDiffers = <b>{ $id }</b> · { $time } · Telegram's rows sum to { $ours }, its balance is { $theirs }.
finding-ledgerDiffers = <b>{ $id }</b> · { $time } · our accounts say { $ours }, Telegram's rows { $theirs }.
finding-acknowledged = Finding { $id } is acknowledged by { $by }: { $reason }
finding-unknown = There is no finding { $id }. The open ones: /admin findings
way-in = received
way-out = paid out

## Admin commands

owner-said-topUp = Noted: a top-up of { $amount }. It counts as soon as Telegram's books show it; I look now and write to you then.
owner-said-withdrawal = Noted: a withdrawal of { $amount }. It counts as soon as Telegram's books show it; I look now and write to you then.
owner-said-before-topUp = A top-up of { $amount } was noted already, { $time }. It waits for Telegram's books and is not noted twice. If you made two of that amount, say the second when I have written that the first is there.
owner-said-before-withdrawal = A withdrawal of { $amount } was noted already, { $time }. It waits for Telegram's books and is not noted twice. If you made two of that amount, say the second when I have written that the first is there.
reconcile-begun = I am comparing our books with Telegram's and write what comes of it.
treasury-hint-ack = Which finding, and what was it? For example: <code>/admin ack 12 gift bought by hand</code>. The open ones: /admin findings
treasury-hint-topup = How many Stars did you put in on Fragment? A whole number from 1 to 10000000, for example: <code>/admin topup 5000</code>
treasury-hint-withdrawn = How many Stars did you take out on Fragment? A whole number from 1 to 10000000, for example: <code>/admin withdrawn 1000</code>
admin-help-treasury =
    <b>Reserve</b>

    <code>/admin reserve</code> – what can be paid out, what we owe, what comes
    <code>/admin topup 5000</code> · <code>/admin withdrawn 1000</code> – what you moved on Fragment; it counts when Telegram's books show it
    <code>/admin reconcile</code> – compare our books with Telegram's now
    <code>/admin findings</code> · <code>/admin ack NUMBER reason</code> – what does not agree

## Charges that do not go back

admin-refund-stuck =
    ⚠️ <b>A refund does not go through</b>: { $amount } to <code>{ $player }</code>, “{ $title }”, payment <code>{ $charge }</code>. The last answer was: { $why }
    Nothing is lost: the amount is kept for the player, and it is tried again every six hours. When the cause is mended, try at once:
    <code>/admin retry { $id }</code>
admin-refund-hangs =
    ⚠️ <b>A refund is on its way for three days</b>: { $amount } to <code>{ $player }</code>, “{ $title }”, payment <code>{ $charge }</code> (<code>{ $id }</code>). The bank has taken it on; it is looked at further, every ten minutes. Look at the payment in YooKassa's cabinet, and ask its support.
refunds-title = <b>Refunds that do not go through</b>
refunds-none = All refunds go through.
refunds-line = { $amount } to <code>{ $player }</code>, payment <code>{ $charge }</code>: <code>/admin retry { $id }</code>
refund-unknown = There is no refund “{ $given }”. All that fail: /admin retry
refund-retried = Tried again now: <code>{ $id }</code>. The player hears when it is back; if it fails further, you hear of it within an hour.
refund-not-retried = Not tried again: <code>{ $id }</code>, { $reason }. All that fail: /admin retry
admin-help-refunds =
    <b>Refunds</b>

    <code>/admin retry</code> – those that do not go through · <code>/admin retry ID</code> – try one again now
