button-unwatch = Больше не писать об этом розыгрыше
observer-cancelled = Розыгрыш «{ $title }», на который вы смотрели, не состоится.
unwatch-done = Об этом розыгрыше больше не пишем. Если у вас есть в нём билет, вы всё равно узнаете, чем он закончился.

announce-opened =
    🎟 <b>{ $title }</b>

    Билет: { $price }, всего не больше { $max }. Комиссия: { $commission }.
    Розыгрыш состоится от { $min } игроков; вход закроется не позже { $time }.
    Список билетов опечатывается до розыгрыша RANDOM.ORG, поэтому результат может проверить каждый.
announce-sealed =
    🔏 <b>{ $title }</b>: приём окончен, список опечатан до жребия, в нём { $tickets }.

    Печать списка: <code>{ $seal }</code>
    По ней потом каждый проверит, что список не изменили.
announce-drawn =
    🏆 <b>{ $title }</b> разыгран, участвовало: { $tickets }.
    { $winners }

    Печать списка: <code>{ $seal }</code>
    Доказательство в боте; подписанный ответ показывает RANDOM.ORG.
announce-cancelled = <b>{ $title }</b> не состоится. Все взносы возвращаются.
button-announce-opened = Участвовать
button-announce-sealed = Посмотреть розыгрыш
button-announce-drawn = Результат и доказательство
button-announce-cancelled = Посмотреть розыгрыш

broadcast-playersJoined = число игроков
broadcast-drawWaits = розыгрыш ждёт
broadcast-sealed = список опечатан
broadcast-disputed = ответ оспорен
broadcast-drawn = результат
broadcast-cancelled = отмена
admin-broadcasts-title = <b>Что рассказано всем</b>
admin-broadcasts-none = Всем ещё ничего не рассказано.
admin-broadcast-telling = ⏳ { $title }, { $what }: доставлено { $sent }, недоступны { $blocked }, неизвестно { $uncertain }, отклонено { $failed }, осталось { $left }
admin-broadcast-told = ✅ { $title }, { $what }: доставлено { $sent }, недоступны { $blocked }, неизвестно { $uncertain }, отклонено { $failed }
admin-broadcast-replaced = ⏩ { $title }, { $what }: доставлено { $sent }, недоступны { $blocked }, неизвестно { $uncertain }, отклонено { $failed }; остальным { $left } рассказано более новое
admin-announcement-fails =
    ⚠️ Канал объявлений не принял сообщение о «{ $title }»: { $reason }
    Проверьте ANNOUNCE_CHAT и право бота писать туда. Ещё раз сообщим, если между сбоями публикации получались.
admin-announcement-uncertain =
    ❔ Неизвестно, появилось ли в канале объявлений сообщение о «{ $title }»: Telegram не ответил.
    Повторно оно не отправляется, чтобы не оказаться там дважды. Посмотрите и напишите его сами, если его нет.
admin-announce-chat-moved =
    ℹ️ Группа объявлений стала супергруппой, сообщения идут туда. Укажите в ANNOUNCE_CHAT: { $chat }.
