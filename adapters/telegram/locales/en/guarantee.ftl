## The guaranteed prize

raffle-prize-guaranteed = Guaranteed prize: <b>{ $guaranteed }</b>. Collected now: { $collected } (pot less { $commission } commission). The winners get whichever is more.
raffle-topped = Guaranteed prize { $guaranteed }: the organizer added { $topUp }.
join-offer-guaranteed = { $prize } (guaranteed: { $guaranteed })
announce-guaranteed = Guaranteed prize: <b>{ $guaranteed }</b>, even if fewer entries come in. If too few players join, every entry goes back.
drawn-topped = Guaranteed prize { $guaranteed }: the entries brought { $collected } after the commission, the organizer added { $topUp }.
guarantee-none = none

## What the owner took out

finding-moveNotCovered = <b>{ $id }</b> · { $time } · you took out { $amount }, but only { $ours } was yours to take: the rest belongs to players or is promised as guaranteed prizes. Put the difference back on Fragment, then write <code>/admin topup AMOUNT</code>. <code>{ $transaction }</code>

## In the admin panel

panel-ask-guaranteedPrize = Is a prize guaranteed, in Stars? If the entries bring less, the rest is paid from your capital, which is held for it from the opening on. 0 is none.
panel-field-guaranteedPrize = Guaranteed prize
panel-prize-line-topped = At { $tickets }: pot { $pot }, commission { $commission }, you add { $topUp }, prize { $prizes }
panel-button-term-drawAt = When it is drawn
panel-button-term-commissionBps = Commission
panel-button-term-guaranteedPrize = Guaranteed prize
admin-created-guaranteed = Guaranteed prize: { $guaranteed }. It is held of your capital when the raffle opens.
panel-refusal-reserveTooLow = the reserve does not cover the guaranteed prize
panel-reserve-too-low = the guaranteed prize needs { $needed }, and the reserve can promise { $covered } now. Nothing has changed. Put at least { $missing } more in on Fragment and write /admin topup { $stars }, or guarantee less. All figures: /admin reserve
