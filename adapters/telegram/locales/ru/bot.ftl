# Что читают игроки и администраторы, по-русски. HTML, какой знает Telegram; значения приходят
# экранированными. Ключи во всех языках одни и те же, это проверяет тест.

## Меню и кнопки

menu-join-raffle = 💫 Присоединиться (Stars)
menu-my-raffles = 🏆 История
menu-balance = 💰 Мой баланс
menu-stats = 📊 Статистика
menu-rules = 📜 Правила
menu-placeholder = Выберите, что сделать
button-join = Участвовать за { $price }
button-participate = Участвовать в «{ $title }»
button-pay-stars = ⭐ Оплатить звёздами ({ $price })
button-pay-balance = С баланса: { $price }
button-show = Показать розыгрыш
button-again = Обновить
button-proof = Файл доказательства
button-check = Проверить на RANDOM.ORG
button-open-raffles = Открытые розыгрыши
button-admin-open = Открыть приём

## Команды, как их перечисляет Telegram

command-start = Начать
command-join-raffle = Участвовать
command-my-raffles = История: билеты, призы, доказательства
command-balance = Баланс и операции
command-raffle = Состояние, шансы и доказательство
command-help = Как это устроено
command-paysupport = Вопросы об оплате
command-terms = Условия
command-privacy = Что мы храним

## Числа и время

duration-moment = меньше минуты
duration-days = { $count ->
    [one] { $count } день
    [few] { $count } дня
   *[other] { $count } дней
  }
duration-hours = { $count } ч
duration-minutes = { $count } мин
count-tickets = { $count ->
    [one] { $count } билет
    [few] { $count } билета
   *[other] { $count } билетов
  }
count-players = { $count ->
    [one] { $count } игрок
    [few] { $count } игрока
   *[other] { $count } игроков
  }

## Начало, помощь и правила

help =
    <b>Как это устроено</b>

    1. /join_raffle – выберите розыгрыш и оплатите взнос.
    2. Когда приём окончен, список билетов закрывается и показывается его печать.
    3. RANDOM.ORG выбирает номер билета и подписывает ответ.
    4. Приз приходит на баланс победителя: заберите его подарком, Premium или возвратом своих платежей (/balance). Если розыгрыш не состоялся, каждый взнос возвращается целиком.

    /my_raffles – ваши билеты
    /balance – баланс и последние операции
    /raffle – состояние, шансы и доказательство; напишите после команды номер розыгрыша
    /paysupport – вопросы об оплате
    /rules – правила · /terms – условия
    /privacy – что мы храним
terms =
    <b>Условия</b>

    • Один оплаченный взнос – один билет; номера идут в порядке оплаты.
    • Взнос, число билетов, комиссия и конец приёма не меняются после первого взноса; их показывает /raffle.
    • Номера победителей даёт RANDOM.ORG, с подписью, после опечатывания списка. Если RANDOM.ORG недоступен, розыгрыш ждёт; ничто другое его не заменяет.
    • Приз – это собранная сумма без комиссии или гарантированный приз, если он обещан и больше. Он приходит на баланс победителя в этом боте.
    • С баланса он уходит подарком, Telegram Premium или возвратом ваших собственных платежей; прислать человеку звёзды в Telegram нельзя. Подарок и Premium вернуть нельзя.
    • Если игроков слишком мало или розыгрыш остановлен до жребия, каждый взнос возвращается целиком.
    • Оплата, пришедшая слишком поздно, возвращается целиком.
    • Если на то, чтобы забрать приз, есть срок (он указан в карточке), незабранный приз переходит к следующему запасному билету подписанного жребия.
    • Заменить жребий новым можно только открыто, с указанием причины, и только пока никто не получил по нему приза.
    • До опечатывания списка администратор может исключить того, кто участвует за нескольких или с помощью программы. Причина сообщается, взнос за каждый снятый билет возвращается целиком, и есть кнопка, чтобы возразить.
    • Участвовать могут совершеннолетние там, где это разрешено.

    Вопросы об оплате: /paysupport
privacy =
    <b>Что мы храним</b>

    • Ваш номер, имя и язык в Telegram, чтобы писать вам.
    • Ваши билеты, платежи и баланс с номерами платежей Telegram, чтобы платить и возвращать.
    • В открытом списке у билета есть номер, время и хеш с солью, но не ваше имя.
    • Признаки того, что кто-то участвует за нескольких: сколько билетов за какое время, кто за кого платит. Их видят только администраторы.

    Ваших карт мы не видим и никому ничего не передаём, кроме Telegram, через который идут сообщения и платежи. Записи о деньгах хранятся столько, сколько требует закон. Удалить остальные данные: /deleteme. Вопросы: { $contact }.

## Списки и карточки

open-raffles-title = <b>Открытые розыгрыши</b>
open-raffles-none = Сейчас открытых розыгрышей нет. Загляните позже: новые появятся здесь.
open-raffles-line = <b>{ $title }</b> – { $price }, { $tickets } из { $max }, осталось { $left }
open-raffles-hint = Выберите розыгрыш ниже.
list-more = … и другие.
join-offer =
    <b>{ $title }</b>

    Взнос: { $price }
    Билетов: { $tickets } из { $max }
    Приз сейчас: { $prize }
    Ваш баланс: { $balance }

    Как хотите оплатить?
join-closed = «{ $title }» сейчас не принимает взносы ({ $status }). Открытые розыгрыши: /join_raffle
entry-asked-stars = Счёт сейчас придёт. Место закрепится за вами, когда вы нажмёте «Оплатить».
entry-asked-balance = Ваш билет сейчас придёт.
my-raffles-title = <b>Ваши билеты</b>
my-raffles-none = У вас ещё нет билетов. Участвовать: /join_raffle
my-raffles-line = <b>{ $title }</b> – билет № { $number }, { $status }
my-raffles-won = <b>{ $title }</b> – билет № { $number } занял место { $place }: { $prize } 🏆
balance-title = <b>Ваш баланс: { $amount }</b>
balance-none = Операций ещё не было.
balance-last = Последние операции:
balance-hint = С баланса можно платить взносы: /join_raffle
transaction-entry = взнос
transaction-refund = возврат
transaction-prize = приз
transaction-commission = комиссия
transaction-topUp = пополнение
transaction-withdrawal = вывод
transaction-givenUp = отказ от баланса
transaction-bonus = бонус
transaction-adjustment = исправление
transaction-other = прочее

support-default = администратор этого бота
raffle-title = <b>{ $title }</b> · <code>{ $id }</code>
raffle-status = Состояние: { $status }
raffle-price = Взнос: { $price }
raffle-prize = Приз сейчас: { $prize } (собранное без комиссии { $commission })
raffle-tickets = Билетов: { $tickets } из { $max }, { $players }; чтобы состоялся, игроков нужно: { $min }
raffle-left = Приём ещё { $left }, до { $time }
raffle-ended = Приём окончен { $time }
raffle-odds = У вас { $tickets }: № { $numbers }. Шанс на первое место сейчас: { $chance }
raffle-no-ticket = У вас здесь нет билета.
raffle-seal = Печать списка: <code>{ $seal }</code>
raffle-winner = Место { $place }: билет № { $number }, { $prize }
raffle-reason = Причина: { $reason }
raffle-unknown = Розыгрыша «{ $given }» нет. Открытые розыгрыши: /join_raffle
raffle-which = Какой розыгрыш? Напишите его номер, например: /raffle rfl_abc123. Ваши розыгрыши: /my_raffles, открытые: /join_raffle
proof-caption = Доказательство «{ $title }»: список, печать, запрос и подписанный ответ. Проверить можно без сети.
proof-none = Доказательства ещё нет: оно появится после жребия.

status-draft = ещё не открыт
status-open = идёт приём
status-paused = на паузе
status-closing = приём заканчивается
status-sealed = список опечатан, скоро жребий
status-drawing = идёт жребий
status-disputed = проверяется
status-verified = разыгран
status-settling = разыгран, призы начисляются
status-settled = разыгран, призы начислены
status-cancelling = отменён, взносы возвращаются
status-refunding = отменён, взносы возвращаются
status-refunded = отменён, все взносы возвращены
status-other = идёт

## Ответы на непонятное

unknown-command = Такой команды я не знаю. Список – в /help.
unknown-text = Я понимаю команды и кнопки. Выберите внизу или откройте /help.
old-button = Эта кнопка устарела. Нажмите /start, чтобы получить новое меню.
private-chat-only = Напишите мне в личные сообщения: о деньгах в группах я не говорю.
failed = Не получилось, мы это записали. Попробуйте через минуту; если пропали деньги – /paysupport.
entry-not-taken = Не получилось: { $reason }

## Администраторам

admin-refused = Эта команда только для администраторов. Всё для игроков – в /help.
admin-help =
    <b>Администратору</b>

    <code>/admin</code> – панель с кнопками
    <code>/admin create</code> – новый розыгрыш по вопросам; или одной строкой:
    <code>/admin create price=10 min=3 max=12 title=Пятничный розыгрыш</code>
    ещё: price=100₽ (в рублях) tickets=1 minutes=1440 draw=deadline commission=1500 shares=70/30 reserves=2 window=60 review=5m pause=60 claim=48h prize=500 (гарантирован, удерживается из вашего капитала)
    <code>/admin commission 15</code> – новых розыгрышей, в процентах
    <code>/admin list</code>
    <code>/admin open ID</code> · <code>/admin pause ID</code> · <code>/admin resume ID</code>
    <code>/admin force ID</code> – закрыть приём и разыграть сейчас
    <code>/admin stop ID причина</code> – отменить и вернуть всем
    <code>/admin recheck ID</code> – проверить спорный жребий ещё раз
    <code>/admin refund ID причина</code> – вернуть всем при споре; нужны два администратора
admin-list-title = <b>Розыгрыши</b>
admin-list-none = Розыгрышей ещё нет: <code>/admin create price=10</code>
admin-list-line = <code>{ $id }</code> { $title } – { $status }, { $tickets } из { $max }
admin-created =
    Создан: <b>{ $title }</b> <code>{ $id }</code>
    Взнос { $price }, игроков не меньше { $min }, билетов не больше { $max }, комиссия { $commission }, приём { $duration }, жребий { $draw }.
    Игроки увидят его, когда вы его откроете.
draw-minimum = когда наберётся нужное число игроков
draw-maximum = когда проданы все билеты
draw-deadline = когда выйдет время
admin-bad-form =
    Такой розыгрыш создать нельзя:
    { $problems }

    Пример: <code>/admin create price=10 min=3 max=12 title=Пятничный розыгрыш</code>
admin-needs-reason = Назовите причину, её прочтут игроки: <code>/admin { $command } { $id } причина</code>
admin-done = { $command }: сделано для <code>{ $id }</code>, «{ $title }».
admin-duplicate = { $command }: уже было сделано для <code>{ $id }</code>, «{ $title }».
admin-not-taken = { $command } сейчас невозможно для <code>{ $id }</code>, «{ $title }»: { $reason }. Смотрите /raffle { $id }
problem-missing = • { $field }: не указано
problem-unknown = • { $field }: такого поля нет
problem-notANumber = • { $field }: нужно число
problem-notWhole = • { $field }: нужно целое число
problem-tooSmall = • { $field }: не меньше { $allowed }
problem-tooLarge = • { $field }: не больше { $allowed }
problem-badChoice = • { $field }: одно из: { $allowed }
problem-rule = • { $field }: { $allowed }

## Счёт

invoice-description = Один билет розыгрыша «{ $title }». Если розыгрыш не состоится, взнос вернётся целиком.
invoice-label = Билет

## Сообщения

notice-welcome =
    <b>Розыгрыши призов за { $paid }</b>

    Оплатите взнос и получите билет с номером. Закрытый список билетов опечатывается, жребий подписывает RANDOM.ORG, и результат может проверить каждый.

    Выберите внизу, что сделать, или откройте /help.
notice-entryRefused = «{ $title }»: билета сейчас нет. { $reason }
notice-joined = Вы участвуете в «{ $title }», ваш билет № { $number }. Мы напишем, когда список будет опечатан. /my_raffles
notice-playersJoined = «{ $title }»: уже { $players }, { $tickets }.
notice-sealed =
    «{ $title }»: приём окончен, список опечатан, в нём { $tickets }.
    Печать: <code>{ $seal }</code>
    Скоро жребий.
notice-drawWaits = «{ $title }»: RANDOM.ORG сейчас недоступен, поэтому жребий ждёт его. Ваш билет действует, делать ничего не нужно.
notice-won = 🏆 Ваш билет № { $number } занял место { $place } в «{ $title }»: { $prize }! Приз сейчас придёт на баланс.
notice-drawn =
    «{ $title }» разыгран:
    { $winners }
    Проверьте сами кнопками ниже.
notice-drawn-winner = Место { $place }: билет № { $number }, { $prize }
notice-credited = { $prize } за «{ $title }» уже на вашем балансе. /balance
notice-cancelled = «{ $title }» не состоится. { $reason } Ваш взнос возвращается целиком.
notice-disputed = «{ $title }»: подписанный ответ не удалось проверить, поэтому выплат не будет, пока это не выяснится. Ваш взнос в сохранности. Причина: { $reason }
notice-refunded-charge = Возвращено { $amount } за «{ $title }», снова в ваших звёздах Telegram. { $reason } Номер платежа: <code>{ $charge }</code>
notice-refunded-balance = Возвращено { $amount } за «{ $title }», на ваш баланс в этом боте. { $reason }
notice-refundFails = Возврат за «{ $title }» пока не прошёл. Мы этим занимаемся, деньги не потеряны. С вопросами: /paysupport, номер платежа <code>{ $charge }</code>
notice-public-reason = { $reason } Причина от администратора: { $words }.
unknown-title = розыгрыш

refusal-unknownRaffle = Такого розыгрыша нет. Открытые розыгрыши: /join_raffle
refusal-notOpen = Этот розыгрыш ещё не открыт. Попробуйте позже.
refusal-paused = Этот розыгрыш на паузе. Попробуйте позже.
refusal-closed = Приём окончен. Другие розыгрыши: /join_raffle
refusal-full = Все места заняты. Другие розыгрыши: /join_raffle
refusal-overPlayerLimit = У вас уже столько билетов, сколько здесь разрешено одному игроку.
refusal-overDailyLimit = Вы достигли числа взносов за день. Возвращайтесь завтра.
refusal-wrongPayer = Этот счёт выставлен другому игроку. Нажмите «Участвовать», чтобы получить свой.
refusal-wrongAmount = Сумма не совпадает со взносом. Нажмите «Участвовать», чтобы получить новый счёт.
refusal-wrongCurrency = Это другая валюта, чем у взноса. Нажмите «Участвовать», чтобы получить новый счёт.
refusal-invoiceExpired = Этот счёт больше не действует. Новый счёт: /join_raffle
refusal-alreadyPaid = Этот счёт уже оплачен. Ваши билеты: /my_raffles
refusal-insufficientFunds = На балансе не хватает средств. Оплатите другим способом: /join_raffle
refusal-placeLapsed = Оплата пришла, когда ваше место уже освободилось.
refusal-tryAgain = Не успели решить вовремя. Попробуйте ещё раз: /join_raffle
refusal-other = Сейчас это невозможно. Попробуйте немного позже.

cancel-minimumNotReached = Набралось слишком мало игроков.
cancel-stoppedByAdmin = Его остановил администратор.
cancel-disputed = Жребий не удалось проверить.
cancel-paidTwice = Этот взнос был оплачен дважды.
