## Another draw in place of one

status-redrawing = the draw does not count; the list is sealed anew
notice-redrawn =
    “{ $title }” is drawn again. The draw under seal <code>{ $seal }</code> does not count, and nothing of it was paid.
    Reason: { $reason }
    Your tickets stay as they are. The new seal follows; the earlier draw stays in the proof file.
notice-redrawAsked =
    { $name } wants “{ $title }” drawn again: a new seal over the same list, a new RANDOM.ORG ticket. The draw that was made does not count any more.
    Everybody will read this reason: { $reason }
    It happens when you agree within an hour.
panel-button-agreeRedraw = Yes, draw again
panel-redraw-first = Your wish to draw “{ $title }” (<code>{ $id }</code>) again is noted. { $command } needs a second admin: the others have got a message with your reason, and their yes counts within an hour.
raffle-redraw-of = Draw { $number } does not count (seal <code>{ $seal }</code>): { $reason }
proof-caption-replaced = Proof of a draw of “{ $title }” that does not count; there is none of a later one yet. Anybody can check it offline.
announce-redrawn = “{ $title }” is drawn again: a new seal over the same list of { $tickets } follows. Nothing of the earlier draw was paid. Reason: { $reason }
button-announce-redrawn = See the raffle
panel-refusal-nothingDrawn = nothing was drawn that another draw could replace
panel-refusal-prizesTaken = somebody has his prize: the draw stands
panel-refusal-noRedrawLeft = it was drawn again three times; two admins can refund it instead
panel-refusal-listChanged = the stored list does not fit its seal; another seal would hide that. Two admins can refund it
panel-refusal-reasonMissing = the reason is missing, everybody reads it
admin-help-redraw = <code>/admin redraw ID reason</code> – another draw before anything was paid (owners; a second admin agrees)
panel-button-redraw = 🔁 Draw again
panel-button-yes-redraw = 🔁 Yes, draw again
panel-really-redraw =
    Really draw “{ $title }” again? { $entries }. The draw that was made does not count any more; a second admin must say it.
    Everybody reads: { $words }
panel-done-redraw = 🔁 Noted. With the second admin's word it is drawn again; where there is one admin only, it is now.
