# Админ-панель по-русски. Ключи одинаковы во всех языках, за этим следит тест.

## Роли

panel-roles-owner = владельцы
panel-roles-operator = операторы
panel-roles-viewer = наблюдатели
panel-not-allowed = Ваша роль этого не позволяет. Могут: { $roles }.

## Розыгрыш, которого хочет один из двух админов

notice-forceAsked =
    { $name } хочет провести розыгрыш «{ $title }» сейчас: { $tickets }, { $players }.
    Приём взносов сразу закроется. Это случится, если вы согласитесь в течение часа.
panel-button-agree = Да, проводим сейчас

## Почему команда не принята

panel-refusal-alreadyOpened = он уже был открыт
panel-refusal-notOpen = он ещё не открыт
panel-refusal-notPaused = он не на паузе
panel-refusal-alreadyPaused = он уже на паузе
panel-refusal-entriesClosed = приём взносов закончен
panel-refusal-tooFewPlayers = участников меньше двух
panel-refusal-drawRequested = розыгрыш мог быть уже запрошен, остановить его нельзя
panel-refusal-alreadyCancelled = он уже отменён
panel-refusal-alreadyFinished = он завершён
panel-refusal-notDisputed = он не на проверке
panel-refusal-needsAnotherAdmin = вы это уже сказали, нужен другой админ
panel-refusal-changedMeanwhile = с момента вопроса он изменился; посмотрите на него ещё раз
panel-refusal-voteLapsed = это желание истекло или исполнено; оно действует час
panel-refusal-entriesBegan = кто-то уже участвует или платит, поэтому условия не меняются
panel-refusal-oldQuestion = этот вопрос устарел
panel-refusal-badTerms = с такими условиями розыгрыш невозможен
panel-refusal-unknownCharge = этот платёж неизвестен
panel-refusal-notFailing = ничего не сломано
panel-refusal-alreadyBlocked = уже так
panel-refusal-notBlocked = уже так
panel-refusal-other = не в нынешнем состоянии
panel-force-first = Ваше желание провести «{ $title }» (<code>{ $id }</code>) сейчас учтено: { $tickets }, { $players }. Для { $command } нужен второй админ: остальным отправлено сообщение, их «да» действует час.

## Панель

panel-role-owner = владелец
panel-role-operator = оператор
panel-role-viewer = наблюдатель
panel-home =
    <b>Админ-панель</b> · вы { $role }

    Всё показано как есть сейчас. Команды текстом: <code>/admin help</code>
panel-unreached = ⚠️ Админ <code>{ $id }</code> не получает моих сообщений с { $time }: ему нужно открыть бота и нажать «Старт».
panel-old-question = Этот вопрос устарел. Начните заново: /admin
panel-nothing-asked = Сейчас у вас ничего не спрашивают.
panel-not-now = ⚠️ Не сделано: { $reason }.
panel-list-running = <b>Розыгрыши, которые идут</b>
panel-list-draft = <b>Черновики</b>
panel-list-disputed = <b>Розыгрыши на проверке</b>
panel-list-over = <b>Завершённые розыгрыши</b>
panel-list-all = <b>Все розыгрыши</b>
panel-list-none = Здесь ничего нет.
panel-edit =
    <b>{ $title }</b> · <code>{ $id }</code>

    Что изменить? Это можно, пока никто не участвует.
panel-button-home = 🏠 Панель
panel-button-create = ➕ Новый розыгрыш
panel-button-list-running = 🎟 Идут
panel-button-list-draft = 📝 Черновики
panel-button-list-disputed = ⚖️ На проверке
panel-button-list-over = 🏁 Завершены
panel-button-list-all = Все
panel-button-statistics = 📊 Статистика
panel-button-commission = ％ Комиссия
panel-button-reserve = ⭐ Резерв
panel-button-findings = 🔎 Расхождения
panel-button-questions = 💬 Вопросы
panel-button-broadcasts = 📣 Рассылки
panel-button-letters = ✉️ Недоставленное
panel-button-stuck = 🧱 Застрявшее
panel-button-audit = 📒 Журнал
panel-button-earlier = ◀️
panel-button-later = ▶️
panel-button-refresh = 🔄 Обновить
panel-button-to-raffle = ◀️ К розыгрышу
panel-button-people = 👥 Участники
panel-button-file = 💾 Файлом
panel-button-open = ▶️ Открыть приём
panel-button-pause = ⏸ Пауза
panel-button-resume = ▶️ Продолжить
panel-button-edit = ✏️ Изменить
panel-button-force = 🎲 Провести сейчас
panel-button-stop = ⛔ Остановить
panel-button-recheck = 🔍 Проверить снова
panel-button-refund = ↩️ Вернуть всё
panel-button-back = ◀️ Назад
panel-button-cancel = ✖️ Отмена
panel-button-percent = { $percent }
panel-button-redrive = 🔁 Попробовать снова
panel-button-drop = 🗑 Отбросить
panel-button-term-title = Название
panel-button-term-durationMs = Длительность
panel-button-term-minPlayers = Минимум участников
panel-button-term-maxTickets = Максимум билетов
panel-button-term-ticketsPerPlayer = Билетов на участника

## Новый розыгрыш, вопрос за вопросом

panel-step = <i>Новый розыгрыш, { $step } из { $of }</i>
panel-ask-price = Сколько стоит участие, в звёздах? Нажмите кнопку или напишите число от 1 до 100000.
panel-ask-minPlayers = Сколько разных участников нужно как минимум? Если их меньше, все взносы возвращаются.
panel-ask-maxTickets = Сколько билетов самое большее?
panel-ask-durationMs = Сколько времени открыт приём? Например 90м, 6ч, 1д 12ч; до 90д.
panel-ask-drawAt = Когда розыгрыш? По истечении времени приём закрывается в любом случае.
panel-ask-commissionBps = Какая часть банка остаётся вам? От 0 до 50%.
panel-ask-sharesBps = Как приз делится между местами? В процентах, например 70/30 или 50/30/20.
panel-ask-title = Как он называется? Не больше 32 знаков, участники видят это везде.
panel-ask-ticketsPerPlayer = Сколько билетов может быть у одного участника?
panel-field-price = Цена
panel-field-minPlayers = Минимум участников
panel-field-maxTickets = Максимум билетов
panel-field-durationMs = Длительность
panel-field-drawAt = Розыгрыш
panel-field-commissionBps = Комиссия
panel-field-sharesBps = Доли
panel-field-title = Название
panel-field-ticketsPerPlayer = Билетов на участника
panel-field-reason = Причина
problem-badDuration = • { $field }: нужно время, например 90м, 6ч или 1д 12ч
panel-preview = <i>Участники увидят:</i>
panel-prize-line = { $tickets }: банк { $pot }, комиссия { $commission }, приз { $prizes }
panel-button-make-open = ✅ Создать и открыть приём
panel-button-make-draft = 📝 Создать черновик

## Перед тем, чего не вернуть

panel-ask-reason = Почему? Участники «{ $title }» это прочтут. Не больше 300 знаков.
panel-change = <b>{ $title }</b>, сейчас: { $now }
panel-really-stop =
    Точно остановить «{ $title }»? { $entries }: все взносы вернутся.
    Участники прочтут: { $words }
panel-really-refund =
    Точно вернуть всё по «{ $title }»? { $entries }. Розыгрыша не будет; это должны сказать два админа.
    Участники прочтут: { $words }
panel-really-force = Точно провести «{ $title }» сейчас? { $entries }: приём сразу закроется.
panel-really-change =
    Точно изменить «{ $title }»?
    { $term }: { $now } → { $words }
panel-really-drop = Точно отбросить письмо { $letter }? То, о чём оно, никогда не будет сделано.
panel-button-yes-stop = ⛔ Да, остановить
panel-button-yes-refund = ↩️ Да, вернуть
panel-button-yes-force = 🎲 Да, провести сейчас
panel-button-yes-change = ✅ Да, изменить
panel-button-yes-drop = 🗑 Да, отбросить
panel-done-open = ✅ Приём взносов открыт.
panel-done-create = ✅ Черновик создан. Участники увидят его, когда вы его откроете.
panel-done-pause = ⏸ Пауза: новых взносов нет, обещанные места сохранены.
panel-done-resume = ▶️ Взносы снова принимаются.
panel-done-recheck = 🔍 Ответ RANDOM.ORG проверяется снова.
panel-done-stop = ⛔ Остановлен. Все взносы возвращаются.
panel-done-refund = ↩️ Учтено. Со словом второго админа всё вернётся.
panel-done-change = ✅ Изменено.
panel-done-commission = ✅ Установлена. У существующих розыгрышей остаётся своя.
panel-mended-redriven = 🔁 Выполняется снова.
panel-mended-dropped = 🗑 Отброшено.
panel-mended-already = Кто-то это уже сделал.
panel-mended-notFound = Такого письма нет.
panel-mended-refused = ⚠️ Невозможно: { $reason }

## Участники

panel-people = <b>Участники «{ $title }»</b> · <code>{ $id }</code>
panel-people-line = { $number }. { $name } · { $time } · { $payment }
panel-payment-paid = оплачено
panel-payment-ticketed = оплачено
panel-payment-refunding = возвращается
panel-payment-refunded = возвращено
panel-payment-returning = возвращается как приз
panel-payment-returned = возвращено как приз
panel-payment-chargedBack = отозвано
panel-payment-other = неизвестно
panel-file = Участники «{ $title }» (<code>{ $id }</code>)

## Статистика и комиссия

panel-statistics =
    <b>Статистика, все розыгрыши</b>

    { $tickets }, { $players }
panel-statistics-money =
    Банки: { $pots }
    Комиссия: { $commission }
    Призы зачислены: { $prizes }
    Возвращено: { $refunds }
panel-statistics-days = <b>По дням (UTC)</b>
panel-statistics-day = { $day }: { $tickets }, { $players }
panel-statistics-day-money = {"    "}банки { $pots }, комиссия { $commission }, призы { $prizes }, возвраты { $refunds }
panel-commission =
    Комиссия новых розыгрышей: <b>{ $percent }</b>

    У существующих остаётся своя. Другое значение: <code>/admin commission 12.5</code>
panel-commission-set = ✅ Установлена.

## Недоставленное и застрявшее

panel-letters = <b>Недоставленное</b>: что не удалось и ждёт вас
panel-letters-none = Ничего нет. Всё в порядке.
panel-letter-line = { $id }. <code>{ $address }</code> { $event } · { $time }
panel-letter =
    <b>Письмо { $id }</b> · <code>{ $address }</code>
    { $event } · { $time }

    <code>{ $error }</code>
panel-letter-gone = Этого письма больше нет.
panel-stuck = <b>Что не идёт дальше само</b>
panel-stuck-none = Ничего нет. Всё в порядке.
panel-stuck-line = <code>{ $address }</code> – { $trouble }: { $reason }

## Журнал

panel-audit = <b>Что приказывали админы</b>, новое сверху
panel-audit-line = { $time } · { $by } ({ $role }) · { $what } – { $outcome }
panel-outcome-open = не завершено
panel-outcome-accepted = сделано
panel-outcome-asked = спрошено, ещё не подтверждено
panel-outcome-cancelled = не подтверждено
panel-outcome-failed = не удалось
panel-outcome-refused = отказ: { $why }
