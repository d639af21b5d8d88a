button-unwatch = Tell me no more of this raffle
observer-cancelled = “{ $title }”, which you looked at, does not take place.
unwatch-done = You hear no more of this raffle. If you hold a ticket in it, you are still told what becomes of it.

announce-opened =
    🎟 <b>{ $title }</b>

    Ticket: { $price }, { $max } at most. Commission: { $commission }.
    Drawn with { $min } players or more; entries end { $time } at the latest.
    The list of tickets is sealed before RANDOM.ORG draws, so anybody can check the result.
announce-sealed =
    🔏 <b>{ $title }</b>: entries are closed, the list of { $tickets } is sealed before the draw.

    Seal of the list: <code>{ $seal }</code>
    With it anybody can check afterwards that the list was not changed.
announce-drawn =
    🏆 <b>{ $title }</b> is drawn, { $tickets } took part.
    { $winners }

    Seal of the list: <code>{ $seal }</code>
    The proof is in the bot; RANDOM.ORG shows the signed answer.
announce-cancelled = <b>{ $title }</b> does not take place. All entries go back.
button-announce-opened = Take part
button-announce-sealed = See the raffle
button-announce-drawn = Result and proof
button-announce-cancelled = See the raffle

broadcast-playersJoined = number of players
broadcast-drawWaits = the draw waits
broadcast-sealed = list sealed
broadcast-disputed = answer disputed
broadcast-drawn = result
broadcast-cancelled = cancellation
admin-broadcasts-title = <b>What was told to everybody</b>
admin-broadcasts-none = Nothing was told to everybody yet.
admin-broadcast-telling = ⏳ { $title }, { $what }: { $sent } told, { $blocked } not reachable, { $uncertain } uncertain, { $failed } refused, { $left } left
admin-broadcast-told = ✅ { $title }, { $what }: { $sent } told, { $blocked } not reachable, { $uncertain } uncertain, { $failed } refused
admin-broadcast-replaced = ⏩ { $title }, { $what }: { $sent } told, { $blocked } not reachable, { $uncertain } uncertain, { $failed } refused; newer news took its place for { $left }
admin-announcement-fails =
    ⚠️ The announcement channel did not take the post on “{ $title }”: { $reason }
    Check ANNOUNCE_CHAT, and that the bot may write there. You are told again when posts have worked in between.
admin-announcement-uncertain =
    ❔ Nobody knows whether the post on “{ $title }” is in the announcement channel: Telegram did not answer.
    It is not posted again, so that it does not stand there twice. Look, and write it yourself if it is missing.
admin-announce-chat-moved =
    ℹ️ The announcement group is a supergroup now, and posts go there. Set ANNOUNCE_CHAT to { $chat }.
