## Резерв и его цифры

reserve-title = <b>Резерв</b> · { $time }
reserve-reserve = Можно выплатить сегодня: <b>{ $reserve }</b>
reserve-holdings = В Telegram: доступно { $available }, моложе 21 дня { $settling }
reserve-owed = Мы должны { $owed }: балансы { $users }, выводятся { $held }, банки розыгрышей { $pots }, призы { $prizes }, возвраты и неразобранное { $dues }
reserve-promised = Обещано на гарантированные призы: { $promised }
reserve-forecast = Станет доступно за 7 дней: { $week }, за 21 день: { $weeks }
reserve-own = Заработанная комиссия: { $commission }, ваш капитал: { $capital }
reserve-withdrawable = Вы можете вывести { $amount } через Fragment. Бот сделать это за вас не может. Когда выведете, напишите <code>/admin withdrawn СУММА</code>
reserve-findings = { $count ->
    [one] { $count } расхождение ждёт вас: /admin findings
    [few] { $count } расхождения ждут вас: /admin findings
   *[many] { $count } расхождений ждут вас: /admin findings
  }

## Что казна сообщает сама

treasury-reserveLow =
    ⚠️ <b>Резерв мал: { $reserve }</b>, тревога с { $alarm }.
    Скоро призы нельзя будет выплатить сразу. Пополните через Fragment и напишите <code>/admin topup СУММА</code>
    Все цифры: /admin reserve
treasury-reserveAgain = Резерв снова выше порога тревоги: { $reserve }.
treasury-payoutShort =
    ⚠️ <b>Telegram отказывает: { $what } на { $amount } – у бота мало звёзд.</b>
    Ничего не потеряно, выплатить можно, когда звёзд хватит. Пополните через Fragment и напишите <code>/admin topup СУММА</code>
payout-refund = возврат
payout-gift = подарок
payout-premium = Premium
treasury-findings = { $count ->
    [one] ⚠️ <b>Наши книги и книги Telegram или ЮKassa не сходятся: { $count } новое расхождение</b>
    [few] ⚠️ <b>Наши книги и книги Telegram или ЮKassa не сходятся: { $count } новых расхождения</b>
   *[many] ⚠️ <b>Наши книги и книги Telegram или ЮKassa не сходятся: { $count } новых расхождений</b>
  }
treasury-reconciled = Наши книги и книги Telegram сходятся, строк: { $rows }.
treasury-reconciled-open = { $open ->
    [one] Книги сверены, строк: { $rows }. { $open } расхождение ждёт: /admin findings
    [few] Книги сверены, строк: { $rows }. { $open } расхождения ждут: /admin findings
   *[many] Книги сверены, строк: { $rows }. { $open } расхождений ждут: /admin findings
  }
treasury-reconciliationFails = ⚠️ Книги Telegram не удалось прочитать, поэтому сверки пока нет. Попробую снова через час; сразу – <code>/admin reconcile</code>
owner-found-topUp = Ваше пополнение на { $amount } есть в книгах Telegram, теперь это ваш капитал.
owner-found-withdrawal = Ваш вывод { $amount } есть в книгах Telegram и теперь вычтен.

## Расхождения

findings-title = <b>Что не сходится с книгами Telegram</b>
findings-none = Открытых расхождений нет: каждая строка Telegram наша, и каждый наш платёж там есть.
findings-hint = Разобрались? <code>/admin ack НОМЕР что это было</code>
finding-unknownRow = <b>{ $id }</b> · { $time } · { $way } { $amount }, { $partner }: не наше. <code>{ $transaction }</code>
finding-lateCharge = <b>{ $id }</b> · { $time } · оплачено { $amount }, а Telegram нам не сообщил; участию сообщено сейчас. <code>{ $transaction }</code>
finding-lateReturn = <b>{ $id }</b> · { $time } · { $amount } вернулись, а Telegram нам не сообщил; участию сообщено сейчас. <code>{ $transaction }</code>
finding-amountDiffers = <b>{ $id }</b> · { $time } · { $way } { $amount }: у нашего платежа другая сумма. <code>{ $transaction }</code>
finding-missingReceipt = <b>{ $id }</b> · { $time } · нашего платежа { $amount } нет в книгах Telegram. <code>{ $transaction }</code>
finding-missingReturn = <b>{ $id }</b> · { $time } · нашего возврата { $amount } нет в книгах Telegram. <code>{ $transaction }</code>
finding-missingPurchase = <b>{ $id }</b> · { $time } · отправленного приза { $amount } нет в книгах Telegram. <code>{ $transaction }</code>
finding-pastChanged = <b>{ $id }</b> · { $time } · прошлые строки Telegram не те, что были; всё прочитано заново.
finding-changedRow = <b>{ $id }</b> · { $time } · у прошлой строки другая сумма: теперь { $way } { $amount }. <code>{ $transaction }</code>
finding-vanishedRow = <b>{ $id }</b> · { $time } · прошлой строки больше нет: { $way } { $amount }. <code>{ $transaction }</code>
finding-balanceDiffers = <b>{ $id }</b> · { $time } · сумма строк Telegram { $ours }, а его баланс { $theirs }.
finding-ledgerDiffers = <b>{ $id }</b> · { $time } · по нашим счетам { $ours }, по строкам Telegram { $theirs }.
finding-acknowledged = Расхождение { $id } разобрано, { $by }: { $reason }
finding-unknown = Расхождения { $id } нет. Открытые: /admin findings
way-in = получено
way-out = выплачено

## Команды админа

owner-said-topUp = Записал: пополнение на { $amount }. Оно засчитается, как только появится в книгах Telegram; смотрю сейчас и напишу.
owner-said-withdrawal = Записал: вывод { $amount }. Он засчитается, как только появится в книгах Telegram; смотрю сейчас и напишу.
owner-said-before-topUp = Пополнение на { $amount } уже записано, { $time }. Оно ждёт книг Telegram, второй раз не записываю. Если пополнений на эту сумму было два, скажите о втором, когда я напишу, что первое там есть.
owner-said-before-withdrawal = Вывод { $amount } уже записан, { $time }. Он ждёт книг Telegram, второй раз не записываю. Если выводов на эту сумму было два, скажите о втором, когда я напишу, что первый там есть.
reconcile-begun = Сверяю наши книги с книгами Telegram и напишу, что вышло.
treasury-hint-ack = Какое расхождение и что это было? Например: <code>/admin ack 12 подарок куплен вручную</code>. Открытые: /admin findings
treasury-hint-topup = Сколько звёзд вы внесли через Fragment? Целое число от 1 до 10000000, например: <code>/admin topup 5000</code>
treasury-hint-withdrawn = Сколько звёзд вы вывели через Fragment? Целое число от 1 до 10000000, например: <code>/admin withdrawn 1000</code>
admin-help-treasury =
    <b>Резерв</b>

    <code>/admin reserve</code> – что можно выплатить, что мы должны, что придёт
    <code>/admin topup 5000</code> · <code>/admin withdrawn 1000</code> – что вы сделали через Fragment; засчитается, когда появится в книгах Telegram
    <code>/admin reconcile</code> – сверить наши книги с книгами Telegram сейчас
    <code>/admin findings</code> · <code>/admin ack НОМЕР причина</code> – что не сходится

## Платежи, которые не возвращаются

admin-refund-stuck =
    ⚠️ <b>Возврат не проходит</b>: { $amount } для <code>{ $player }</code>, «{ $title }», платёж <code>{ $charge }</code>. Последний ответ: { $why }
    Ничего не потеряно: сумма остаётся за игроком, мы пробуем снова каждые шесть часов. Когда причина устранена, попробуйте сразу:
    <code>/admin retry { $id }</code>
admin-refund-hangs =
    ⚠️ <b>Возврат идёт уже трое суток</b>: { $amount } для <code>{ $player }</code>, «{ $title }», платёж <code>{ $charge }</code> (<code>{ $id }</code>). Банк его принял; мы смотрим дальше, каждые десять минут. Посмотрите платёж в кабинете ЮKassa и спросите её поддержку.
refunds-title = <b>Возвраты, которые не проходят</b>
refunds-none = Все возвраты проходят.
refunds-line = { $amount } для <code>{ $player }</code>, платёж <code>{ $charge }</code>: <code>/admin retry { $id }</code>
refund-unknown = Возврата «{ $given }» нет. Все, что не проходят: /admin retry
refund-retried = Пробую снова: <code>{ $id }</code>. Игрок узнает, когда деньги вернутся; если снова не пройдёт, вы узнаете об этом в течение часа.
refund-not-retried = Не пробую: <code>{ $id }</code>, { $reason }. Все, что не проходят: /admin retry
admin-help-refunds =
    <b>Возвраты</b>

    <code>/admin retry</code> – те, что не проходят · <code>/admin retry ID</code> – попробовать один сейчас
