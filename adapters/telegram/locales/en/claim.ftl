## Prizes that must be taken

button-claim = 🏆 Take my prize
status-claiming = drawn, winners are taking their prizes
raffle-claim-within = A winner has { $within } to take the prize; then it goes to the next reserve ticket.
raffle-claim-waiting = – ticket No. { $number } may take it until { $time }
raffle-claim-claimed = – ticket No. { $number } has taken it
raffle-claim-lapsed = – ticket No. { $number } did not take it in time
raffle-claim-left = – no reserve ticket is left: it goes to the best place that is taken
proof-claims = Who took the prizes (the order of the reserves is in the file):
notice-won-claim =
    🏆 You won place { $place } in “{ $title }” with ticket No. { $number }: { $prize }!
    Take it until { $time } with the button below. After that it goes to the next reserve ticket.
notice-claimReminder = Your prize in “{ $title }” is waiting: { $prize }. Take it until { $time }, or it goes to the next reserve ticket.
notice-claimLapsed = The time to take { $prize } in “{ $title }” is over, so the prize goes on. Who may take it now is on the card of the raffle.
notice-prizesPassed =
    “{ $title }”: not every prize was taken in time.
    { $passed }
notice-passed = Place { $place }: ticket No. { $from } → ticket No. { $to }
notice-passed-left = Place { $place }: ticket No. { $from }; no reserve ticket is left, so it goes to the best place that is taken
claim-taken = Taken! { $prize } goes to your balance now.
claim-taken-before = You have taken this prize already. See your balance: /balance
claim-not-taken = The prize was not taken: { $reason }.
cancel-nobodyClaimed = Nobody took a prize in time, and no reserve ticket is left.
deletion-prizes = • prizes that you have won and not taken: { $count }. Take them with the button of the raffle's card, or let their time run out: then they go to the next one
panel-refusal-prizeNotYours = no prize of this raffle waits for you
panel-refusal-prizeTaken = you have taken it already, see /balance
panel-refusal-prizeLapsed = your time was over, and it has gone to the next one
panel-ask-claimWithinMs = Must a winner take the prize himself? Say within which time, for example 48h: what is not taken in time goes to the next reserve ticket. 0: prizes are credited at once.
panel-field-claimWithinMs = Time to take the prize
panel-field-claim = claim
claim-at-once = credited at once
admin-created-claim = Winners have { $within } to take their prizes.
