# What players and admins read, in English. HTML as Telegram knows it; variables come escaped.
# Keys are the same in every language; a test holds that.

## Menu and buttons

menu-join-raffle = 💫 Join (Stars)
menu-my-raffles = 🏆 History
menu-balance = 💰 My balance
menu-stats = 📊 Statistics
menu-rules = 📜 Rules
menu-placeholder = Choose what to do
button-join = Join for { $price }
button-participate = Join “{ $title }”
button-pay-stars = ⭐ Pay with Stars ({ $price })
button-pay-balance = From balance: { $price }
button-show = Show the raffle
button-again = Refresh
button-proof = Proof file
button-check = Check at RANDOM.ORG
button-open-raffles = Open raffles
button-admin-open = Open entries

## Commands, as Telegram lists them

command-start = Begin
command-join-raffle = Join a raffle
command-my-raffles = History: tickets, prizes, proofs
command-balance = Balance and transactions
command-raffle = Status, odds and proof
command-help = How it works
command-paysupport = Questions about a payment
command-terms = Terms
command-privacy = What we store

## Counts and times

duration-moment = less than a minute
duration-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
  }
duration-hours = { $count } h
duration-minutes = { $count } min
count-tickets = { $count ->
    [one] { $count } ticket
   *[other] { $count } tickets
  }
count-players = { $count ->
    [one] { $count } player
   *[other] { $count } players
  }

## Start, help and the legal pages

help =
    <b>How it works</b>

    1. /join_raffle – choose a raffle and pay the entry.
    2. When entries end, the list of tickets is closed and its seal is shown.
    3. RANDOM.ORG draws the winning ticket and signs the answer.
    4. The prize goes to the winner's balance: take it as a gift, as Premium or as your own payments back (/balance). If a raffle does not take place, every entry goes back in full.

    /my_raffles – your tickets
    /balance – your balance and last transactions
    /raffle – status, odds and proof of a raffle; write its id behind it
    /paysupport – questions about a payment
    /rules – rules · /terms – terms
    /privacy – what we store
terms =
    <b>Terms</b>

    • One paid entry is one ticket, numbered in the order of payment.
    • Price, number of tickets, commission and end of entries do not change after the first entry; /raffle shows them.
    • The winning numbers come from RANDOM.ORG, signed, after the list was sealed. If RANDOM.ORG cannot be reached, the draw waits; nothing else replaces it.
    • The prize is the pot less the commission, or the guaranteed prize where one is promised and that is more. It is credited to the winner's balance here.
    • From the balance it leaves as a gift, as Telegram Premium, or as refunds of your own payments; Telegram has no way to send Stars to a person. A gift and Premium cannot be taken back.
    • If too few players join, or a raffle is stopped before the draw, every entry goes back in full.
    • A payment that comes too late goes back in full.
    • Where winners have a time to take their prizes (the card says so), a prize that is not taken goes to the next reserve ticket of the signed draw.
    • Another draw may replace one only in public, with its reason, and only before anybody has a prize of it.
    • Before the list is sealed an admin may exclude somebody who takes part as several, or by a program. The reason is told, every entry taken off goes back in full, and there is a button to object.
    • You must be of age and allowed to take part where you live.

    Questions about payments: /paysupport
privacy =
    <b>What we store</b>

    • Your Telegram id, name and language, to write to you.
    • Your tickets, payments and balance, with Telegram's charge ids, to pay and to refund.
    • In the public list a ticket shows its number, its time and a salted hash, not your name.
    • What shows that somebody may take part as several: how many tickets in how short a time, who pays for whom. Only admins see it.

    We do not see your cards, and we give nothing to anybody but Telegram, which carries the messages and payments. Records of money are kept as long as the law asks. To have your other data deleted: /deleteme. Questions: { $contact }.

## Lists and cards

open-raffles-title = <b>Open raffles</b>
open-raffles-none = No raffle is open now. Come back a little later: new ones appear here.
open-raffles-line = <b>{ $title }</b> – { $price }, { $tickets } of { $max }, { $left } left
open-raffles-hint = Choose a raffle below.
list-more = … and more.
join-offer =
    <b>{ $title }</b>

    Entry: { $price }
    Tickets: { $tickets } of { $max }
    Prize now: { $prize }
    Your balance: { $balance }

    How do you want to pay?
join-closed = “{ $title }” takes no entries now ({ $status }). See the open raffles: /join_raffle
entry-asked-stars = The invoice is on its way. The place is kept for you when you press Pay.
entry-asked-balance = Your ticket is on its way.
my-raffles-title = <b>Your tickets</b>
my-raffles-none = You have no tickets yet. Join a raffle: /join_raffle
my-raffles-line = <b>{ $title }</b> – ticket No. { $number }, { $status }
my-raffles-won = <b>{ $title }</b> – ticket No. { $number } won place { $place }: { $prize } 🏆
balance-title = <b>Your balance: { $amount }</b>
balance-none = There are no transactions yet.
balance-last = Last transactions:
balance-hint = The balance pays for entries: /join_raffle
transaction-entry = entry
transaction-refund = refund
transaction-prize = prize
transaction-commission = commission
transaction-topUp = top-up
transaction-withdrawal = withdrawal
transaction-givenUp = given up
transaction-bonus = bonus
transaction-adjustment = correction
transaction-other = other

support-default = the admin of this bot
raffle-title = <b>{ $title }</b> · <code>{ $id }</code>
raffle-status = Status: { $status }
raffle-price = Entry: { $price }
raffle-prize = Prize now: { $prize } (pot less { $commission } commission)
raffle-tickets = Tickets: { $tickets } of { $max }, { $players }; players needed: { $min }
raffle-left = Entries end in { $left }, { $time }
raffle-ended = Entries ended { $time }
raffle-odds = Your { $tickets }: No. { $numbers }. Your chance of the first place now: { $chance }
raffle-no-ticket = You have no ticket here.
raffle-seal = Seal of the list: <code>{ $seal }</code>
raffle-winner = Place { $place }: ticket No. { $number }, { $prize }
raffle-reason = Reason: { $reason }
raffle-unknown = There is no raffle “{ $given }”. See the open ones: /join_raffle
raffle-which = Which raffle? Write its id, for example: /raffle rfl_abc123. Your raffles: /my_raffles, open ones: /join_raffle
proof-caption = Proof of “{ $title }”: list, seal, request and signed answer. Anybody can check it offline.
proof-none = There is no proof yet: it is made after the draw.

status-draft = not open yet
status-open = entries are open
status-paused = paused
status-closing = entries are closing
status-sealed = list sealed, the draw follows
status-drawing = drawing
status-disputed = under review
status-verified = drawn
status-settling = drawn, prizes are being paid
status-settled = drawn and paid
status-cancelling = cancelled, entries go back
status-refunding = cancelled, entries go back
status-refunded = cancelled, all entries are back
status-other = in progress

## Answers to what does not fit

unknown-command = I do not know this command. See /help.
unknown-text = I understand commands and buttons. Choose below, or see /help.
old-button = This button is out of date. Press /start for a fresh menu.
private-chat-only = Please write to me in a private chat: I do not talk about money in groups.
failed = That did not work, and we have made a note of it. Please try again in a minute; if money is missing, /paysupport.
entry-not-taken = That did not work: { $reason }

## Admins

admin-refused = This command is for admins only. Everything for players is in /help.
admin-help =
    <b>Admin</b>

    <code>/admin</code> – the panel with buttons
    <code>/admin create</code> – a new raffle, question by question; or in one line:
    <code>/admin create price=10 min=3 max=12 title=Friday draw</code>
    more: price=100₽ (in rubles) tickets=1 minutes=1440 draw=deadline commission=1500 shares=70/30 reserves=2 window=60 review=5m pause=60 claim=48h prize=500 (guaranteed, held of your capital)
    <code>/admin commission 15</code> – of new raffles, percent
    <code>/admin list</code>
    <code>/admin open ID</code> · <code>/admin pause ID</code> · <code>/admin resume ID</code>
    <code>/admin force ID</code> – close and draw now
    <code>/admin stop ID reason</code> – cancel and refund everybody
    <code>/admin recheck ID</code> – verify a disputed draw again
    <code>/admin refund ID reason</code> – refund a disputed raffle; two admins must say it
admin-list-title = <b>Raffles</b>
admin-list-none = There are no raffles yet: <code>/admin create price=10</code>
admin-list-line = <code>{ $id }</code> { $title } – { $status }, { $tickets } of { $max }
admin-created =
    Created: <b>{ $title }</b> <code>{ $id }</code>
    Entry { $price }, at least { $min } players, at most { $max } tickets, commission { $commission }, open for { $duration }, draw { $draw }.
    Players see it when you open it.
draw-minimum = when enough players have joined
draw-maximum = when all tickets are sold
draw-deadline = when the time is up
admin-bad-form =
    This raffle cannot be made:
    { $problems }

    Example: <code>/admin create price=10 min=3 max=12 title=Friday draw</code>
admin-needs-reason = Please give the reason, players will read it: <code>/admin { $command } { $id } reason</code>
admin-done = { $command }: done for <code>{ $id }</code>, “{ $title }”.
admin-duplicate = { $command }: was done before for <code>{ $id }</code>, “{ $title }”.
admin-not-taken = { $command } is not possible for <code>{ $id }</code>, “{ $title }”, now: { $reason }. See /raffle { $id }
problem-missing = • { $field }: is missing
problem-unknown = • { $field }: is not known
problem-notANumber = • { $field }: must be a number
problem-notWhole = • { $field }: must be a whole number
problem-tooSmall = • { $field }: must be at least { $allowed }
problem-tooLarge = • { $field }: must be at most { $allowed }
problem-badChoice = • { $field }: must be one of: { $allowed }
problem-rule = • { $field }: { $allowed }

## Invoice

invoice-description = One ticket of “{ $title }”. It goes back in full when the raffle does not take place.
invoice-label = Ticket

## Notices

notice-welcome =
    <b>Prize draws with { $paid }</b>

    Pay one entry, get a numbered ticket. The closed list of tickets is sealed, RANDOM.ORG signs the draw, and anybody can check the result.

    Choose below what to do, or see /help.
notice-entryRefused = “{ $title }”: no ticket this time. { $reason }
notice-joined = You are in “{ $title }” with ticket No. { $number }. We write to you when the list is sealed. /my_raffles
notice-playersJoined = “{ $title }”: { $players } with { $tickets } now.
notice-sealed =
    “{ $title }”: entries are closed, the list of { $tickets } is sealed.
    Seal: <code>{ $seal }</code>
    The draw follows.
notice-drawWaits = “{ $title }”: RANDOM.ORG cannot be reached now, so the draw waits for it. Your ticket stays valid; there is nothing you must do.
notice-won = 🏆 You won place { $place } in “{ $title }” with ticket No. { $number }: { $prize }! It will be on your balance in a moment.
notice-drawn =
    “{ $title }” is drawn:
    { $winners }
    Check it yourself with the buttons below.
notice-drawn-winner = Place { $place }: ticket No. { $number }, { $prize }
notice-credited = { $prize } from “{ $title }” is on your balance. /balance
notice-cancelled = “{ $title }” does not take place. { $reason } Your whole entry goes back.
notice-disputed = “{ $title }”: the signed answer could not be verified, so nothing is paid out until it is cleared up. Your entry is safe. Reason: { $reason }
notice-refunded-charge = { $amount } for “{ $title }” went back to your Stars. { $reason } Charge id: <code>{ $charge }</code>
notice-refunded-balance = { $amount } for “{ $title }” went back to your balance. { $reason }
notice-refundFails = The refund for “{ $title }” did not go through yet. We look after it; your money is not lost. With questions: /paysupport, charge id <code>{ $charge }</code>
notice-public-reason = { $reason } Admin's reason: { $words }.
unknown-title = raffle

refusal-unknownRaffle = This raffle does not exist. See the open ones: /join_raffle
refusal-notOpen = This raffle is not open yet. Try again later.
refusal-paused = This raffle is paused. Try again later.
refusal-closed = Entries are closed. See the other raffles: /join_raffle
refusal-full = All places are taken. See the other raffles: /join_raffle
refusal-overPlayerLimit = You already hold as many tickets as one player may have here.
refusal-overDailyLimit = You have reached the number of entries for one day. Come back tomorrow.
refusal-wrongPayer = This invoice belongs to another player. Press Join to get your own.
refusal-wrongAmount = The amount does not match the entry. Press Join for a fresh invoice.
refusal-wrongCurrency = That is another currency than the entry's. Press Join for a fresh invoice.
refusal-invoiceExpired = This invoice is no longer valid. Get a fresh one: /join_raffle
refusal-alreadyPaid = This invoice is already paid. See your tickets: /my_raffles
refusal-insufficientFunds = There is not enough on your balance. Pay another way: /join_raffle
refusal-placeLapsed = The payment came after your place had lapsed.
refusal-tryAgain = It could not be decided in time. Please try again: /join_raffle
refusal-other = It is not possible now. Try again a little later.

cancel-minimumNotReached = Too few players joined.
cancel-stoppedByAdmin = It was stopped by an admin.
cancel-disputed = The draw could not be verified.
cancel-paidTwice = This entry was paid twice.
