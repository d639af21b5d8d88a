# Признаки того, что кто-то участвует за нескольких, по-русски. Ключи одинаковы во всех языках; это
# проверяет тест.

## Что читают игроки

suspicion-reason-velocity = больше билетов за короткое время, чем покупает человек
suspicion-reason-burst = много новых аккаунтов, вошедших за считаные секунды
suspicion-reason-sharedDestination = несколько аккаунтов, чьи призы ушли одному получателю
suspicion-reason-foreignInvoices = оплата взносов за нескольких других
excluded-here = 🛡 После проверки администратор исключил вас из «{ $title }».
excluded-everywhere = 🛡 После проверки администратор исключил вас из розыгрышей.
excluded-consequences =
    Почему: { $reason }.

    • Ваши билеты сняты со списков, которые ещё не опечатаны, и каждый взнос возвращается целиком – об этом придёт отдельное сообщение. Опечатанный список остаётся как есть, с вашими билетами и призами по ним.
    • До { $time } вы не можете участвовать в розыгрышах. Баланс и призы остаются вашими.

    Это ошибка? Нажмите кнопку и напишите нам: прочитает человек и ответит здесь.
button-appeal = ✍️ Я не согласен
exclusion-lifted = ✅ Проверка снята: вы снова можете участвовать. Снятые билеты не возвращаются, деньги за них у вас. Присоединиться: /join_raffle
refusal-barred = после проверки участие пока закрыто; если это ошибка, напишите нам: /paysupport
cancel-excluded = билет снят со списка после проверки
raffle-excluded = 🛡 Снято со списка до печати: { $tickets } ({ $reason })
status-reviewing = приём окончен, список проверяется
raffle-review-within = После конца приёма список могут проверять { $within }; потом он опечатывается.
raffle-review-until = 🛡 Список могут проверять до { $time }; потом он опечатывается, и следует жребий.
support-barred = 🛡 Вы исключены до { $time }: { $reason }. Последней кнопкой можно написать, почему это ошибка.

## Что читают администраторы

admin-suspicions-found = { $count ->
    [one] 🛡 Ждёт вас { $count } новый признак того, что кто-то участвует за нескольких.
    [few] 🛡 Ждут вас { $count } новых признака того, что кто-то участвует за нескольких.
   *[other] 🛡 Ждут вас { $count } новых признаков того, что кто-то участвует за нескольких.
    } До печати можно исключить; розыгрыш этого не ждёт.
admin-review-begun = 🛡 Приём в «{ $title }» окончен. { $count ->
    [one] Вашего решения ждёт { $count } участник
    [few] Вашего решения ждут { $count } участника
   *[other] Вашего решения ждут { $count } участников
    } из его списка. Он опечатывается { $time } в любом случае; до этого можно исключить.
admin-created-review = После конца приёма список можно проверять { $within }; потом он опечатывается.
panel-ask-reviewMs = Сколько времени список можно проверять между концом приёма и печатью? До неё можно исключить того, кто участвует за нескольких. Например 5м, 1ч; до 24ч. 0 – опечатывается сразу.
panel-field-reviewMs = Время на проверку
panel-button-term-reviewMs = Время на проверку
review-none = опечатать сразу
button-checks = 🛡 Проверки
panel-button-checks = { $open ->
    [0] 🛡 Проверки
   *[other] 🛡 Проверки ({ $open })
    }
panel-button-to-checks = ◀️ Проверки
panel-button-clear = ✅ Всё в порядке
panel-button-lift = ↩️ Отменить исключение
panel-button-exclude = ⛔ Исключить
panel-button-yes-exclude = ⛔ Да, исключить
panel-done-clear = ✅ Снято.
panel-done-exclude = ⛔ Исключён. Игроку сказано, почему и как возразить.
panel-really-exclude =
    Точно исключить { $player }?
    Его билеты в неопечатанных списках снимутся, взносы вернутся целиком, и какое-то время он не сможет участвовать. Опечатанный список остаётся. Он прочитает причину и может возразить.
panel-refusal-alreadyDecided = другой администратор уже решил
panel-refusal-ownSuspicion = это о вас самом, решает другой администратор
checks-title = <b>Проверки</b>
    Признаки, а не доказательства: ничего не происходит, пока вы не решите.
checks-none = Ничего не замечено.
check-gone = Её больше нет: удалена вместе с данными игрока.
check-line = • { $status }: { $player } – { $signal } ({ $title })
check-status-open = ждёт
check-status-cleared = снято
check-status-upheld = исключён
check-mark-open = 🛡
check-mark-cleared = ✅
check-mark-upheld = ⛔
check-any-raffle = все розыгрыши
check-title =
    <b>{ $player }</b> · <code>{ $id }</code>
    { $signal }
    { $status }, замечено { $time }
check-evidence-velocity = • билетов за минуту: { $perMinute }, за час: { $perHour }
check-evidence-burst = • новых игроков за { $seconds } с: { $players }
check-evidence-sharedDestination = • игроков с одним получателем: { $players }
check-evidence-foreignInvoices = • чужих счетов: { $invoices }, игроков: { $players }
check-evidence-deleted = • подсчитанное удалено вместе с его данными
check-known = • известен нам { $hours } ч: намёк, сам по себе не причина
check-new-id = • номер в Telegram – как у нового аккаунта: намёк, сам по себе не причина
check-tickets = { $title } { $status }: в списке { $tickets }, снято { $excluded }
check-decided = { $status }: { $by }, { $time }
check-barred = Участие закрыто до { $time }.
dispute-check = Возражение на проверку: { $signal } ({ $status })
button-dispute-check = 🛡 Проверка
