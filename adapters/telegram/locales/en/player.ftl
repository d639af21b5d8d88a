# What players read of cards, figures and their own affairs, in English. See bot.ftl.

button-back = ◀️ Back
command-stats = Statistics
command-rules = Rules of the draws

card-is-current = Nothing new: this is how it stands.

rules =
    <b>Rules of the draws</b>

    • One paid entry is one ticket, numbered in the order of payment.
    • Price, number of tickets, commission and end of entries do not change after the first entry; /raffle shows them.
    • Prize = all entries less the commission; where a prize is guaranteed, at least that. The card shows the sum as it stands now.
    • When entries have ended the list of tickets is sealed and the seal is shown. The winning numbers come from RANDOM.ORG, signed. If RANDOM.ORG cannot be reached, the draw waits; nothing else replaces it.
    • The proof file lets anybody check the draw alone.
    • The prize is credited to the winner's balance here.
    • If too few players join, or a raffle is stopped before the draw, every entry goes back in full. So does a payment that comes too late.
    • One person takes part as one player. Before the seal we look for signs that somebody takes part as several, or as a program: very many tickets at once, many new accounts within seconds, prizes that go to one receiver, payments for others. A sign alone changes nothing; an admin may exclude. Who is excluded is told why, gets his entries back in full, and may appeal. After the seal the list stands.

    /terms – the terms · /limits – limits you set for yourself · /paysupport – payments

statistics-title = <b>📊 Statistics</b>
statistics-all =
    Open now: { $open }
    Drawn: { $drawn }, { $tickets }
    Given back in full: { $refunded }
statistics-prizes = Prizes in all: { $prizes }, the largest pot { $largest }
statistics-own =
    You: { $tickets } in { $raffles } raffles, prizes won: { $wins }, together { $won }
statistics-own-none = You have no tickets yet. Join: /join_raffle

command-language = Language
command-limits = Limits you set for yourself
command-deleteme = Delete my data

## Transactions

button-older = Older ▶️
button-next-page = Next ▶️
history-line = { $time } · { $sign }{ $amount } · { $type }, { $status }
history-line-charge = { $time } · { $sign }{ $amount } · { $type }, { $status } · <code>{ $charge }</code>
movement-posted = done
movement-reversed = corrected
movement-held = on its way
movement-voided = returned
movement-expired = returned
movement-other = under way
payment-quoting = asked for
payment-invoicing = invoice being sent
payment-invoiced = invoice sent
payment-approved = being paid
payment-reserving = place being kept
payment-paid = paid
payment-ticketed = ticket issued
payment-refunding = on its way back
payment-refunded = back
payment-returning = on its way back, as a prize
payment-returned = back, as a prize
payment-chargedBack = charged back
payment-refused = refused
payment-failed = invoice not sent
payment-expired = invoice expired
payment-requested = on its way back
payment-failing = delayed, we are on it
payment-other = under way

## Questions about payments

support-choose =
    <b>Questions about a payment</b>

    An entry goes back in full by itself if the raffle does not take place or the payment came too late. If Telegram shows a payment and there is neither a ticket nor a refund after 15 minutes, ask us.

    Choose the payment with a button, then write what happened. An admin answers here. If the bot cannot help: { $contact }.
support-charge = { $index }. { $time } · { $amount } · { $status } · <code>{ $charge }</code>
support-no-charges = You have no payments by Stars yet.
button-support-other = Something else
words-asked = Please write in one message what happened, at most { $max } characters. The next 15 minutes count; any other command ends it.
words-tooShort = That is too short: write at least { $min } characters, in words.
words-tooLong = That is too long: at most { $max } characters, please. Send a shorter message.
words-tooManyOpen = You have three open questions already. Wait for an answer, please; then you can ask again.
words-tooManyToday = That is enough for today: five questions a day. Ask again tomorrow, please.
words-only = I can read text only. Write it in words, or choose below.
dispute-opened = Thank you, your question is with the admins: <code>{ $id }</code>. The answer comes here.
dispute-answered =
    <b>The admin's answer to your question</b>

    { $words }

    Not settled? /paysupport
dispute-title = <b>Question</b> of { $name } (<code>{ $player }</code>), { $time }
dispute-payment = { $raffle } · { $payment } · { $amount } · { $status } · charge <code>{ $charge }</code>
dispute-no-payment = Not about one payment.
dispute-words = “{ $words }”
disputes-title = <b>Open questions</b>, the oldest first
disputes-none = There are no open questions.
button-answer = Answer
button-answer-one = Answer { $index }: { $name }
button-player-log = Log of the player
answer-asked = Write the answer to <code>{ $id }</code> in one message, at most { $max } characters. It goes to the player at once.
answer-taken = Your answer to <code>{ $id }</code> is with the player.
answer-late = <code>{ $id }</code> is answered already, or gone. Your answer was not sent.

## Log

log-title = <b>Log of <code>{ $player }</code></b>, the newest first
log-line = { $time } · { $what } { $detail } { $amount } <code>{ $ids }</code>
log-none = There is nothing on record of <code>{ $player }</code>.
admin-which-player = Whose? “{ $given }” is no player. For example: <code>/admin log tg-42</code>

## Language

language-which = In which language shall I speak? It stays so, whatever Telegram is set to.
language-chosen = I speak English from now on.

## Limits of one's own

limits-title = <b>Your own limits</b>
limits-day = Entries a day: { $value }; today { $used }
limits-week = Stars a week: { $value }; within seven days { $used }
limits-later = → { $value } from { $time }
limits-paused = Pause until { $time }
limits-no-pause = No pause
limits-hint = A lower limit holds at once, a higher one after 24 hours. A pause cannot be made shorter. What was refunded counts as spent until its week is over.
limit-none = no limit
limit-entriesPerDay = { $count ->
    [one] { $count } entry a day
   *[other] { $count } entries a day
  }
limit-starsPerWeek = { $stars } a week
limit-set = Done: { $value }. It holds from now on.
limit-later = Done: { $value } from { $time }. Until then the present limit holds.
count-entries = { $count ->
    [one] { $count } entry
   *[other] { $count } entries
  }
button-limits = My limits
button-limit-entriesPerDay = { $value } a day
button-limit-starsPerWeek = { $value } ⭐ a week
button-pause = Pause: { $days }
pause-sure = A pause of { $days }: no entries, and nobody can end it earlier, not even we. Tickets that you have stay valid. Shall it begin?
button-pause-sure = Yes, begin the pause
pause-set = Your pause lasts until { $time }. Your tickets and your balance stay as they are.
refusal-ownPause = You are on a pause that you set for yourself. See /limits.
refusal-ownDailyLimit = That is your own limit of entries for one day. See /limits.
refusal-ownWeeklyLimit = That would be more Stars than you allow yourself in a week. See /limits.
refusal-dataDeleted = Your data is deleted. Press /start to begin anew.
refusal-deletionAsked = You have asked to have your data deleted, so there are no new entries. Changed your mind? /deleteme

## Deletion

delete-sure =
    <b>Delete my data</b>

    Your name, language, chat, questions and open cards are deleted for good. Records of money stay under your number, without your name, as the law asks.

    First your money has to come to rest: tickets in running raffles, balance and refunds. We do that part by ourselves and tell you what is left; what is then on your balance you can take out or give up.
button-delete = Yes, delete my data
button-keep-data = No, keep everything
nothing-to-withdraw = Everything stays as it is.
deletion-waits = Your wish is on record. It is done by itself as soon as this is settled:
deletion-tickets = • { $tickets } in raffles that are still running
deletion-payments = • payments, invoices, refunds or prizes under way: { $count }
deletion-balance = • balance: { $amount }. As soon as nothing else is left you are asked about it
deletion-hint = Nothing more is needed from you. Until then there are no new entries; to use up your balance on them, keep your data first.
deletion-balance-only = Your wish is on record, and nothing but your balance is in its way: { $amount }. Take it out first, or give it up; then your data is deleted at once.
button-give-up = Give up { $amount } and delete
button-give-up-sure = Yes, give up { $amount } and delete
give-up-sure =
    <b>Give up { $amount } and delete my data?</b>

    This cannot be undone: the amount is no longer yours, nobody can give it back to you, and your data is deleted for good.
give-up-could = This is what you could still take for it instead:
give-up-gifts = • a gift, from { $price }
give-up-premium = • Telegram Premium for { $months } months: { $price }
give-up-own = • your own payments, back as Stars: { $price }
give-up-too-small = Nothing can be taken out for so little: the cheapest gift costs { $price }.
give-up-no-gifts = Nothing can be taken out for it now: Telegram has no gifts to send.
give-up-entries = Or keep your data and pay entries with it: /join_raffle
give-up-nothing = There is nothing on your balance to give up.
deletion-withdrawn = All right, everything stays.
data-deleted = Your data is deleted. Press /start if you ever want to begin anew.
