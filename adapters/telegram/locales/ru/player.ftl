# Что игроки читают о карточках, числах и своих делах, по-русски. См. bot.ftl.

button-back = ◀️ Назад
command-stats = Статистика
command-rules = Правила розыгрышей

card-is-current = Ничего нового: всё так и есть.

rules =
    <b>Правила розыгрышей</b>

    • Один оплаченный взнос – один билет; номера идут в порядке оплаты.
    • Взнос, число билетов, комиссия и конец приёма не меняются после первого взноса; их показывает /raffle.
    • Приз = все взносы без комиссии; где приз гарантирован – не меньше него. Карточка показывает сумму на сейчас.
    • Когда приём окончен, список билетов опечатывается и печать показывается всем. Номера победителей даёт RANDOM.ORG, с подписью. Если RANDOM.ORG недоступен, розыгрыш ждёт; ничто другое его не заменяет.
    • По файлу доказательства каждый может проверить жребий сам.
    • Приз приходит на баланс победителя в этом боте.
    • Если игроков слишком мало или розыгрыш остановлен до жребия, каждый взнос возвращается целиком. Оплата, пришедшая слишком поздно, тоже.
    • Один человек – один игрок. До печати мы ищем признаки того, что кто-то участвует за нескольких или программой: очень много билетов сразу, много новых аккаунтов за секунды, призы одному получателю, оплата за других. Сам по себе признак ничего не меняет; исключить может администратор. Исключённому говорят причину, взносы возвращают целиком, и он может возразить. После печати список остаётся как есть.

    /terms – условия · /limits – ваши собственные ограничения · /paysupport – вопросы об оплате

statistics-title = <b>📊 Статистика</b>
statistics-all =
    Открыто сейчас: { $open }
    Разыграно: { $drawn }, { $tickets }
    Возвращено целиком: { $refunded }
statistics-prizes = Призов всего: { $prizes }, самый большой фонд { $largest }
statistics-own =
    У вас: { $tickets }, розыгрышей: { $raffles }, призов: { $wins }, всего { $won }
statistics-own-none = У вас ещё нет билетов. Присоединиться: /join_raffle

command-language = Язык
command-limits = Ваши собственные ограничения
command-deleteme = Удалить мои данные

## Операции

button-older = Раньше ▶️
button-next-page = Дальше ▶️
history-line = { $time } · { $sign }{ $amount } · { $type }, { $status }
history-line-charge = { $time } · { $sign }{ $amount } · { $type }, { $status } · <code>{ $charge }</code>
movement-posted = проведено
movement-reversed = исправлено
movement-held = в пути
movement-voided = возвращено
movement-expired = возвращено
movement-other = в работе
payment-quoting = запрошено
payment-invoicing = счёт отправляется
payment-invoiced = счёт отправлен
payment-approved = оплачивается
payment-reserving = место закрепляется
payment-paid = оплачено
payment-ticketed = билет выдан
payment-refunding = возвращается
payment-refunded = возвращено
payment-returning = возвращается в счёт приза
payment-returned = возвращено в счёт приза
payment-chargedBack = отозвано плательщиком
payment-refused = отказано
payment-failed = счёт не отправлен
payment-expired = счёт истёк
payment-requested = возвращается
payment-failing = задерживается, мы занимаемся
payment-other = в работе

## Вопросы об оплате

support-choose =
    <b>Вопросы об оплате</b>

    Взнос возвращается целиком сам, если розыгрыш не состоялся или оплата пришла слишком поздно. Если Telegram показывает оплату, а через 15 минут нет ни билета, ни возврата, спросите нас.

    Выберите платёж кнопкой и напишите, что случилось. Администратор ответит здесь. Если бот не поможет: { $contact }.
support-charge = { $index }. { $time } · { $amount } · { $status } · <code>{ $charge }</code>
support-no-charges = Платежей звёздами у вас ещё нет.
button-support-other = О другом
words-asked = Напишите одним сообщением, что случилось, не длиннее { $max } знаков. Я жду 15 минут; любая другая команда это отменит.
words-tooShort = Слишком коротко: напишите хотя бы { $min } знаков, словами.
words-tooLong = Слишком длинно: не больше { $max } знаков. Пришлите короче.
words-tooManyOpen = У вас уже три вопроса без ответа. Дождитесь ответа, потом можно спросить ещё.
words-tooManyToday = На сегодня хватит: пять вопросов в день. Спросите завтра.
words-only = Я читаю только текст. Напишите словами или выберите ниже.
dispute-opened = Спасибо, вопрос у администраторов: <code>{ $id }</code>. Ответ придёт сюда.
dispute-answered =
    <b>Ответ администратора на ваш вопрос</b>

    { $words }

    Не решилось? /paysupport
dispute-title = <b>Вопрос</b> от { $name } (<code>{ $player }</code>), { $time }
dispute-payment = { $raffle } · { $payment } · { $amount } · { $status } · платёж <code>{ $charge }</code>
dispute-no-payment = Не об одном платеже.
dispute-words = «{ $words }»
disputes-title = <b>Вопросы без ответа</b>, сначала старые
disputes-none = Вопросов без ответа нет.
button-answer = Ответить
button-answer-one = Ответить { $index }: { $name }
button-player-log = Журнал игрока
answer-asked = Напишите ответ на <code>{ $id }</code> одним сообщением, не длиннее { $max } знаков. Он сразу уйдёт игроку.
answer-taken = Ваш ответ на <code>{ $id }</code> у игрока.
answer-late = На <code>{ $id }</code> уже ответили, или вопроса больше нет. Ваш ответ не отправлен.

## Журнал

log-title = <b>Журнал <code>{ $player }</code></b>, сначала новое
log-line = { $time } · { $what } { $detail } { $amount } <code>{ $ids }</code>
log-none = О <code>{ $player }</code> ничего не записано.
admin-which-player = Чей? «{ $given }» – не игрок. Например: <code>/admin log tg-42</code>

## Язык

language-which = На каком языке говорить? Так и останется, какой бы язык ни стоял в Telegram.
language-chosen = Теперь я говорю по-русски.

## Собственные ограничения

limits-title = <b>Ваши ограничения</b>
limits-day = Взносов в день: { $value }; сегодня { $used }
limits-week = Звёзд в неделю: { $value }; за семь дней { $used }
limits-later = → { $value } с { $time }
limits-paused = Пауза до { $time }
limits-no-pause = Паузы нет
limits-hint = Меньшее ограничение действует сразу, большее – через 24 часа. Паузу нельзя сократить. Возвращённое считается потраченным, пока не пройдёт его неделя.
limit-none = без ограничения
limit-entriesPerDay = { $count ->
    [one] { $count } взнос в день
    [few] { $count } взноса в день
   *[other] { $count } взносов в день
  }
limit-starsPerWeek = { $stars } в неделю
limit-set = Готово: { $value }. Действует с этой минуты.
limit-later = Готово: { $value } с { $time }. До тех пор действует прежнее.
count-entries = { $count ->
    [one] { $count } взнос
    [few] { $count } взноса
   *[other] { $count } взносов
  }
button-limits = Мои ограничения
button-limit-entriesPerDay = { $value } в день
button-limit-starsPerWeek = { $value } ⭐ в неделю
button-pause = Пауза: { $days }
pause-sure = Пауза: { $days }. Взносов не будет, и раньше её не снимет никто, даже мы. Ваши билеты остаются в силе. Начать?
button-pause-sure = Да, начать паузу
pause-set = Пауза до { $time }. Билеты и баланс остаются как есть.
refusal-ownPause = У вас пауза, которую вы себе поставили. См. /limits.
refusal-ownDailyLimit = Это ваше собственное ограничение взносов в день. См. /limits.
refusal-ownWeeklyLimit = Это больше звёзд, чем вы разрешили себе в неделю. См. /limits.
refusal-dataDeleted = Ваши данные удалены. Нажмите /start, чтобы начать заново.
refusal-deletionAsked = Вы просили удалить данные, поэтому новых взносов нет. Передумали? /deleteme

## Удаление

delete-sure =
    <b>Удалить мои данные</b>

    Имя, язык, чат, вопросы и открытые карточки удаляются навсегда. Записи о деньгах остаются под вашим номером, без имени, как того требует закон.

    Сначала должны завершиться ваши деньги: билеты в идущих розыгрышах, баланс и возвраты. Это мы сделаем сами и скажем, что осталось; баланс после этого можно забрать или отказаться от него.
button-delete = Да, удалить мои данные
button-keep-data = Нет, оставить всё
nothing-to-withdraw = Всё остаётся как есть.
deletion-waits = Ваша просьба записана. Она выполнится сама, как только завершится:
deletion-tickets = • { $tickets } в идущих розыгрышах
deletion-payments = • платежи, счета, возвраты или призы в пути: { $count }
deletion-balance = • баланс: { $amount }. Когда не останется ничего другого, мы спросим о нём
deletion-hint = Больше от вас ничего не нужно. До тех пор новых взносов нет; чтобы потратить баланс на них, сначала оставьте данные.
deletion-balance-only = Ваша просьба записана, и мешает ей только баланс: { $amount }. Сначала заберите его или откажитесь от него; тогда данные удалятся сразу.
button-give-up = Отказаться от { $amount } и удалить
button-give-up-sure = Да, отказаться от { $amount } и удалить
give-up-sure =
    <b>Отказаться от { $amount } и удалить мои данные?</b>

    Отменить это нельзя: сумма больше не ваша, вернуть её не сможет никто, и данные удаляются навсегда.
give-up-could = Вот что ещё можно взять за неё:
give-up-gifts = • подарок, от { $price }
give-up-premium = • Telegram Premium на { $months } мес.: { $price }
give-up-own = • ваши собственные платежи, обратно звёздами: { $price }
give-up-too-small = За такую сумму ничего забрать нельзя: самый дешёвый подарок стоит { $price }.
give-up-no-gifts = Сейчас за неё ничего забрать нельзя: в Telegram нет подарков.
give-up-entries = Или оставьте данные и платите балансом взносы: /join_raffle
give-up-nothing = На балансе нет ничего, от чего можно отказаться.
deletion-withdrawn = Хорошо, всё остаётся.
data-deleted = Ваши данные удалены. Если захотите начать заново, нажмите /start.
