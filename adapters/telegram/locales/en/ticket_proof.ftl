## The proof of a player's own tickets

button-ticket-proof = Proof of my tickets
ticket-proof-caption =
    Proof of your tickets in “{ $title }”: that they are in the sealed list. Keep it to yourself if the list shall not show who you are.
    Check it offline: <code>deno task verify FILE</code>; the seal must be <code>{ $seal }</code>
ticket-proof-first = It holds your first { $proved } of { $tickets }.
ticket-proof-no-ticket = You have no ticket in this raffle, so there is nothing to prove.
ticket-proof-not-sealed = The list is not sealed yet. The proof is there as soon as it is: then press again.
