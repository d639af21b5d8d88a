# Signs of people who take part as several, in English. Keys are the same in every language; a test
# holds that.

## What players read

suspicion-reason-velocity = more tickets in a short time than a person buys
suspicion-reason-burst = many new accounts that joined within seconds
suspicion-reason-sharedDestination = several accounts whose prizes went to one receiver
suspicion-reason-foreignInvoices = paying for the entries of several others
excluded-here = 🛡 After a check an admin has excluded you from “{ $title }”.
excluded-everywhere = 🛡 After a check an admin has excluded you from raffles.
excluded-consequences =
    Why: { $reason }.

    • Your tickets in lists that are not sealed yet are taken off, and each entry comes back in full, with a message of its own. A list that is sealed stands, with your tickets and their prizes.
    • Until { $time } you cannot enter raffles. Your balance and your prizes stay yours.

    Is this wrong? Press the button and write to us: a person reads it and answers here.
button-appeal = ✍️ I do not agree
exclusion-lifted = ✅ The check is cleared: you may enter raffles again. Tickets that were taken off stay off, and their money is back. Join: /join_raffle
refusal-barred = after a check you cannot enter for now; if that is wrong, write to us: /paysupport
cancel-excluded = it was taken off the list after a check
raffle-excluded = 🛡 Taken off the list before the seal: { $tickets } ({ $reason })
status-reviewing = entries have ended, the list is being checked
raffle-review-within = When entries have ended the list may be checked for { $within }; then it is sealed.
raffle-review-until = 🛡 The list may be checked until { $time }; then it is sealed, and the draw follows.
support-barred = 🛡 You are excluded until { $time }: { $reason }. With the last button you tell us why that is wrong.

## What admins read

admin-suspicions-found = { $count ->
    [one] 🛡 A new sign that somebody takes part as several waits for you.
   *[other] 🛡 { $count } new signs that somebody takes part as several wait for you.
    } Before the seal you can exclude; nothing waits for it.
admin-review-begun = 🛡 Entries of “{ $title }” have ended. { $count ->
    [one] One player on its list waits
   *[other] { $count } players on its list wait
    } for your decision. It is sealed at { $time } in any case; until then you can exclude.
admin-created-review = When entries have ended the list may be checked for { $within }; then it is sealed.
panel-ask-reviewMs = How long may the list be checked between the end of entries and the seal? Until then you can exclude who takes part as several. For example 5m, 1h; up to 24h. 0: it is sealed at once.
panel-field-reviewMs = Time for checks
panel-button-term-reviewMs = Time for checks
review-none = sealed at once
button-checks = 🛡 Checks
panel-button-checks = { $open ->
    [0] 🛡 Checks
   *[other] 🛡 Checks ({ $open })
    }
panel-button-to-checks = ◀️ Checks
panel-button-clear = ✅ Nothing is wrong
panel-button-lift = ↩️ Lift the exclusion
panel-button-exclude = ⛔ Exclude
panel-button-yes-exclude = ⛔ Yes, exclude
panel-done-clear = ✅ Cleared.
panel-done-exclude = ⛔ Excluded. The player is told why, and how to appeal.
panel-really-exclude =
    Really exclude { $player }?
    His tickets in lists that are not sealed go, their entries go back in full, and he may not enter for a while. A sealed list stands. He reads the reason and may appeal.
panel-refusal-alreadyDecided = another admin has decided already
panel-refusal-ownSuspicion = it is about yourself, another admin decides
checks-title = <b>Checks</b>
    Signs, no proofs: nothing happens until you decide.
checks-none = Nothing was seen.
check-gone = That one is gone, with its player's data.
check-line = • { $status }: { $player } – { $signal } ({ $title })
check-status-open = waits
check-status-cleared = cleared
check-status-upheld = excluded
check-mark-open = 🛡
check-mark-cleared = ✅
check-mark-upheld = ⛔
check-any-raffle = all raffles
check-title =
    <b>{ $player }</b> · <code>{ $id }</code>
    { $signal }
    { $status }, seen { $time }
check-evidence-velocity = • tickets within a minute: { $perMinute }, within an hour: { $perHour }
check-evidence-burst = • new players within { $seconds } s: { $players }
check-evidence-sharedDestination = • players with one receiver: { $players }
check-evidence-foreignInvoices = • invoices of others: { $invoices }, of players: { $players }
check-evidence-deleted = • what was counted was deleted with his data
check-known = • known to us for { $hours } h: a hint, no reason by itself
check-new-id = • his Telegram number is that of a new account: a hint, no reason by itself
check-tickets = { $title } { $status }: { $tickets } on the list, { $excluded } taken off
check-decided = { $status } by { $by }, { $time }
check-barred = He may not enter until { $time }.
dispute-check = Appeal against a check: { $signal } ({ $status })
button-dispute-check = 🛡 The check
