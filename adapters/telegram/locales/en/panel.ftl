# The admin panel, in English. Keys are the same in every language; a test holds that.

## Roles

panel-roles-owner = owners
panel-roles-operator = operators
panel-roles-viewer = viewers
panel-not-allowed = Your role does not allow this. Allowed are: { $roles }.

## A draw that one of two admins wants

notice-forceAsked =
    { $name } wants “{ $title }” drawn now: { $tickets } of { $players }.
    Entries end at once. It happens when you agree within an hour.
panel-button-agree = Yes, draw now

## Why a command is not taken

panel-refusal-alreadyOpened = it was opened before
panel-refusal-notOpen = it is not open yet
panel-refusal-notPaused = it is not paused
panel-refusal-alreadyPaused = it is paused already
panel-refusal-entriesClosed = its entries have ended
panel-refusal-tooFewPlayers = fewer than two players have joined
panel-refusal-drawRequested = the draw may have been asked for, nobody can stop it any more
panel-refusal-alreadyCancelled = it was cancelled before
panel-refusal-alreadyFinished = it is over
panel-refusal-notDisputed = it is not under review
panel-refusal-needsAnotherAdmin = you have said it already, another admin must say it too
panel-refusal-changedMeanwhile = it has changed since you were asked; look at it again
panel-refusal-voteLapsed = that wish has lapsed or was met; it holds for an hour
panel-refusal-entriesBegan = somebody has entered or is paying, so the terms stand
panel-refusal-oldQuestion = that question is out of date
panel-refusal-badTerms = no raffle can have these terms
panel-refusal-unknownCharge = this charge is not known
panel-refusal-notFailing = nothing is failing
panel-refusal-alreadyBlocked = already so
panel-refusal-notBlocked = already so
panel-refusal-other = not in its present state
panel-force-first = Your wish to draw “{ $title }” (<code>{ $id }</code>) now is noted: { $tickets } of { $players }. { $command } needs a second admin: the others have got a message, and their yes counts within an hour.

## The panel

panel-role-owner = owner
panel-role-operator = operator
panel-role-viewer = viewer
panel-home =
    <b>Admin panel</b> · you are { $role }

    Everything is shown as it is now. Commands by text: <code>/admin help</code>
panel-unreached = ⚠️ What I wrote to admin <code>{ $id }</code> since { $time } did not arrive: he has to open the bot and press Start.
panel-old-question = That question is out of date. Begin again: /admin
panel-nothing-asked = Nothing is asked of you now.
panel-not-now = ⚠️ Not done: { $reason }.
panel-list-running = <b>Raffles that are under way</b>
panel-list-draft = <b>Drafts</b>
panel-list-disputed = <b>Raffles under review</b>
panel-list-over = <b>Raffles that are over</b>
panel-list-all = <b>All raffles</b>
panel-list-none = There is nothing here.
panel-edit =
    <b>{ $title }</b> · <code>{ $id }</code>

    What do you want to change? It is possible until somebody has entered.
panel-button-home = 🏠 Panel
panel-button-create = ➕ New raffle
panel-button-list-running = 🎟 Under way
panel-button-list-draft = 📝 Drafts
panel-button-list-disputed = ⚖️ Under review
panel-button-list-over = 🏁 Over
panel-button-list-all = All
panel-button-statistics = 📊 Statistics
panel-button-commission = ％ Commission
panel-button-reserve = ⭐ Reserve
panel-button-findings = 🔎 Findings
panel-button-questions = 💬 Questions
panel-button-broadcasts = 📣 Broadcasts
panel-button-letters = ✉️ Dead letters
panel-button-stuck = 🧱 Stuck actors
panel-button-audit = 📒 Audit log
panel-button-earlier = ◀️
panel-button-later = ▶️
panel-button-refresh = 🔄 Refresh
panel-button-to-raffle = ◀️ To the raffle
panel-button-people = 👥 Participants
panel-button-file = 💾 As a file
panel-button-open = ▶️ Open entries
panel-button-pause = ⏸ Pause
panel-button-resume = ▶️ Resume
panel-button-edit = ✏️ Edit
panel-button-force = 🎲 Draw now
panel-button-stop = ⛔ Stop
panel-button-recheck = 🔍 Check again
panel-button-refund = ↩️ Give everything back
panel-button-back = ◀️ Back
panel-button-cancel = ✖️ Cancel
panel-button-percent = { $percent }
panel-button-redrive = 🔁 Try again
panel-button-drop = 🗑 Drop
panel-button-term-title = Title
panel-button-term-durationMs = Duration
panel-button-term-minPlayers = Minimum of players
panel-button-term-maxTickets = Maximum of tickets
panel-button-term-ticketsPerPlayer = Tickets per player

## A new raffle, question by question

panel-step = <i>New raffle, { $step } of { $of }</i>
panel-ask-price = What does an entry cost, in Stars? Press a button or write a number from 1 to 100000.
panel-ask-minPlayers = How many different players are needed at least? With fewer every entry goes back.
panel-ask-maxTickets = How many tickets are there at most?
panel-ask-durationMs = How long are entries open? For example 90m, 6h, 1d 12h; up to 90d.
panel-ask-drawAt = When is the draw? When the time is up entries end in any case.
panel-ask-commissionBps = What part of the pot do you keep? From 0 to 50%.
panel-ask-sharesBps = How is the prize shared among the places? In percent, for example 70/30 or 50/30/20.
panel-ask-title = What is it called? At most 32 characters, players see it everywhere.
panel-ask-ticketsPerPlayer = How many tickets may one player have?
panel-field-price = Price
panel-field-minPlayers = Minimum of players
panel-field-maxTickets = Maximum of tickets
panel-field-durationMs = Duration
panel-field-drawAt = Draw
panel-field-commissionBps = Commission
panel-field-sharesBps = Shares
panel-field-title = Title
panel-field-ticketsPerPlayer = Tickets per player
panel-field-reason = Reason
problem-badDuration = • { $field }: must be a time, for example 90m, 6h or 1d 12h
panel-preview = <i>Players will see this:</i>
panel-prize-line = At { $tickets }: pot { $pot }, commission { $commission }, prize { $prizes }
panel-button-make-open = ✅ Make it and open entries
panel-button-make-draft = 📝 Make a draft

## Before a deed that cannot be undone

panel-ask-reason = Why? Players of “{ $title }” will read it. At most 300 characters.
panel-change = <b>{ $title }</b>, now: { $now }
panel-really-stop =
    Really stop “{ $title }”? { $entries }: all entries go back.
    Players read: { $words }
panel-really-refund =
    Really give back everything of “{ $title }”? { $entries }. There will be no draw; two admins must say it.
    Players read: { $words }
panel-really-force = Really draw “{ $title }” now? { $entries }: entries end at once.
panel-really-change =
    Really change “{ $title }”?
    { $term }: { $now } → { $words }
panel-really-drop = Really drop letter { $letter }? What it says will never be done.
panel-button-yes-stop = ⛔ Yes, stop
panel-button-yes-refund = ↩️ Yes, give back
panel-button-yes-force = 🎲 Yes, draw now
panel-button-yes-change = ✅ Yes, change
panel-button-yes-drop = 🗑 Yes, drop
panel-done-open = ✅ Entries are open.
panel-done-create = ✅ The draft is made. Players see it when you open it.
panel-done-pause = ⏸ Paused: no new entries, promised places are kept.
panel-done-resume = ▶️ Entries are taken again.
panel-done-recheck = 🔍 RANDOM.ORG's answer is checked again.
panel-done-stop = ⛔ Stopped. All entries are on their way back.
panel-done-refund = ↩️ Noted. With the second admin's word everything goes back.
panel-done-change = ✅ Changed.
panel-done-commission = ✅ Set. Raffles that exist keep theirs.
panel-mended-redriven = 🔁 It is tried again.
panel-mended-dropped = 🗑 Dropped.
panel-mended-already = Somebody has done it before.
panel-mended-notFound = There is no such letter.
panel-mended-refused = ⚠️ Not possible: { $reason }

## Participants

panel-people = <b>Participants of “{ $title }”</b> · <code>{ $id }</code>
panel-people-line = { $number }. { $name } · { $time } · { $payment }
panel-payment-paid = paid
panel-payment-ticketed = paid
panel-payment-refunding = going back
panel-payment-refunded = went back
panel-payment-returning = going back as a prize
panel-payment-returned = went back as a prize
panel-payment-chargedBack = charged back
panel-payment-other = unknown
panel-file = Participants of “{ $title }” (<code>{ $id }</code>)

## Statistics and commission

panel-statistics =
    <b>Statistics, all raffles</b>

    { $tickets } of { $players }
panel-statistics-money =
    Pots: { $pots }
    Commission: { $commission }
    Prizes credited: { $prizes }
    Gone back: { $refunds }
panel-statistics-days = <b>By day (UTC)</b>
panel-statistics-day = { $day }: { $tickets } of { $players }
panel-statistics-day-money = {"    "}pots { $pots }, commission { $commission }, prizes { $prizes }, back { $refunds }
panel-commission =
    Commission of new raffles: <b>{ $percent }</b>

    Raffles that exist keep theirs. Another value: <code>/admin commission 12.5</code>
panel-commission-set = ✅ Set.

## Dead letters and stuck actors

panel-letters = <b>Dead letters</b>: what could not be done and waits for you
panel-letters-none = There are none. All is well.
panel-letter-line = { $id }. <code>{ $address }</code> { $event } · { $time }
panel-letter =
    <b>Letter { $id }</b> · <code>{ $address }</code>
    { $event } · { $time }

    <code>{ $error }</code>
panel-letter-gone = This letter is there no more.
panel-stuck = <b>Actors that do not go on by themselves</b>
panel-stuck-none = There are none. All is well.
panel-stuck-line = <code>{ $address }</code> – { $trouble }: { $reason }

## The audit log

panel-audit = <b>What admins ordered</b>, the newest first
panel-audit-line = { $time } · { $by } ({ $role }) · { $what } – { $outcome }
panel-outcome-open = not finished
panel-outcome-accepted = done
panel-outcome-asked = asked, not confirmed yet
panel-outcome-cancelled = not confirmed
panel-outcome-failed = failed
panel-outcome-refused = refused: { $why }
