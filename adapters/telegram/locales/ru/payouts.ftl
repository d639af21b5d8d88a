# Рубли, которые уходят с баланса. См. bot.ftl.

command-cashout = Вывести рубли
button-cash-out = 💸 Вывести рубли
button-cash-sbp = 📱 По номеру телефона (СБП)
button-cash-yooMoney = 👛 На кошелёк ЮMoney
button-cash-card = 💳 На карту
button-cash-all = Всё: { $amount }
button-cash-page = 💳 Указать карту
button-cash-again = Попробовать снова
button-cash-confirm = ✅ Да, отправить
button-cash-cancel = Отмена
prize-sbp = рубли через СБП на { $masked }
prize-yooMoney = рубли на кошелёк ЮMoney { $masked }
prize-card = рубли на карту { $masked }
cash-to-sbp = через СБП на { $masked }
cash-to-yooMoney = на кошелёк ЮMoney { $masked }
cash-to-card = на карту { $masked }

cash-off = Выплаты рублями здесь не включены. Розыгрыши в звёздах: /join_raffle
cash-old = Этот вопрос уже не задан. Начните, пожалуйста, снова: /cashout
cash-asked = Уже в пути. Результат придёт сюда.
cash-cancelled = Ничего не отправлено, рубли на вашем балансе. Снова: /cashout
cash-nothing = Сейчас на балансе нет рублей. Призы приходят сюда: /join_raffle
cash-open = Вы уже выводите { $amount } { $to }. Как только это завершится, можно вывести ещё.
cash-tryAgain = Не получилось спросить банк. Попробуйте, пожалуйста, ещё раз.
cash-ask-channel =
    <b>На балансе { $amount }</b>

    Как их отправить?
cash-ask-amount = На балансе { $amount }. Сколько отправить? За один раз: от { $least } до { $most }. Нажмите кнопку или напишите сумму, например { $form }
cash-ask-phone = Напишите номер мобильного телефона, к которому привязан счёт получателя, например { $form }
cash-ask-bank = В каком банке счёт? Выберите кнопкой или напишите часть названия.
cash-ask-name = На чьё имя открыт счёт? Напишите фамилию, имя и, если есть, отчество: { $form }. Банк сверит их с владельцем счёта.
cash-ask-wallet = Напишите номер кошелька ЮMoney, например { $form }
cash-ask-card = Номер карты вводят на странице по кнопке, в форме ЮKassa: бот его не видит и не хранит. Ссылка только для вас, на один раз и на полчаса. Потом вернитесь сюда.
cash-banks-away = Список банков сейчас не получить. Попробуйте, пожалуйста, через минуту или отмените и выберите другой способ.
cash-banks-none = Банка «{ $query }» нет среди участников СБП. Вот все:
cash-no-card = На карту здесь отправить нельзя. Выберите, пожалуйста, другой способ.
cash-bank = Банк: { $bank }
cash-speed-instant = Обычно это занимает меньше минуты.
cash-speed-short = У бота сейчас мало денег для выплат, поэтому выплата может не пройти: тогда рубли вернутся на баланс. Лучше попробовать позже.
cash-speed-unknown = Сколько это займёт, сейчас не узнать: платёжная система не отвечает. Пока идёт выплата, рубли придержаны для вас.
cash-problem-amount = Это не сумма. Напишите рубли, копейки – через точку: { $allowed } или 99.50
cash-problem-recipient = Имя пишется буквами: фамилия, имя и, если есть, отчество, например { $allowed }.
cash-problem-aboveBalance = Это больше, чем есть на балансе: { $allowed }.
cash-confirm = Отправить { $amount } { $to }? Отменить выплату потом нельзя.

withdrawal-refusal-bankCanceled = Выплата не прошла.
notice-withdrawalDone-sbp = 💸 { $amount } { $to } – отправлено, деньги у вас.
notice-withdrawalDone-yooMoney = 💸 { $amount } { $to } – отправлено, деньги у вас.
notice-withdrawalDone-card = 💸 { $amount } { $to } – отправлено. Банк покажет их в течение дня, обычно сразу.
notice-withdrawalUncertain-rubles = ⏳ Пока неизвестно, дошла ли выплата { $amount } { $to }. Админы выясняют; сумма придержана для вас, и ничего не отправится дважды.
notice-withdrawalFailed-rubles = Ничего не отправлено ({ $amount } { $to }). { $reason } Рубли на вашем балансе.
notice-withdrawalUndecided-rubles = ⚠️ Неизвестно, дошла ли выплата { $amount } { $to } до <code>{ $player }</code>: ответ ЮKassa потерян, или она показывает не то, о чём её просили. Посмотрите выплаты в кабинете ЮKassa (в их метаданных есть <code>{ $id }</code>) и скажите, как было:
    <code>/admin settle { $id }</code> – дошла
    <code>/admin void { $id }</code> – не дошла; список выплат читается ещё раз, и если там ничего нет, сумма вернётся ему
notice-bankPayoutLooked-purchase = 🔎 <code>{ $id }</code>: у ЮKassa есть такая выплата, { $amount } для <code>{ $player }</code>. Ничего не возвращается, пока она не скажет последнего слова.
notice-bankPayoutLooked-nothing = 🔎 <code>{ $id }</code>: у ЮKassa нет такой выплаты. { $amount } снова на балансе <code>{ $player }</code>.
notice-bankPayoutLooked-unread = ⚠️ <code>{ $id }</code>: ЮKassa сейчас не отвечает, поэтому ничего не решено ({ $amount }, <code>{ $player }</code>). Повторите, пожалуйста, через несколько минут: <code>/admin void { $id }</code>
admin-payout-silent = ⚠️ ЮKassa уже час не отвечает, делает ли она выплату <code>{ $id }</code>. Мы просим о той же самой снова, не реже чем раз в десять минут, рубли игрока придержаны. Если за сутки ничего не выяснится, решать будете вы: мы спросим.
admin-payout-hangs = ⚠️ ЮKassa сутки не говорит, прошла ли выплата { $payout } (<code>{ $id }</code>). Мы смотрим дальше, каждые десять минут. Посмотрите в кабинете ЮKassa.
payout-payout = выплату
treasury-payoutShort-gateway =
    ⚠️ <b>ЮKassa не выплатила { $amount }: на балансе шлюза выплат мало денег.</b>
    Рубли вернулись на баланс игрока, и он попробует позже. Пополните баланс шлюза в кабинете ЮKassa.
treasury-bankRefuses-payout = ⚠️ <b>ЮKassa отказывается делать выплаты</b> ({ $reason }). Рубли остаются на балансах. Посмотрите ключи и лимиты шлюза выплат в кабинете ЮKassa.
treasury-bankRefuses-receiver = ℹ️ <b>ЮKassa не приняла получателя выплаты</b> ({ $reason }). Рубли снова на балансе игрока, ему предложено проверить получателя. Если так у многих, посмотрите способы выплат шлюза в кабинете ЮKassa.
reserve-gateway = Шлюз выплат ЮKassa: { $amount }
reserve-gateway-off = Шлюз выплат ЮKassa: { $amount }, выключен
reserve-gateway-away = Шлюз выплат ЮKassa: баланс сейчас не узнать
payout-description = Выплата приза

card-page-title = Карта для выплаты
card-page-hint = На эту карту уйдёт { $amount }, когда вы скажете «да» в чате. Номер карты видит только ЮKassa: бот получит его замену и четыре последние цифры.
card-page-loading = Загружается форма ЮKassa…
card-page-taken = Карта { $card } записана. Закройте эту страницу, вернитесь в чат с ботом и подтвердите выплату там.
card-page-gone = Эта ссылка уже использована или устарела. Если бот ждёт подтверждения в чате, карта записана; если нет, начните там снова: /cashout
card-page-failed = Не получилось, ничего не отправлено. Обновите, пожалуйста, страницу и попробуйте ещё раз.
card-page-again = Обновить страницу
card-page-script = Для этой страницы нужен JavaScript: форма для карты принадлежит ЮKassa. Включите его или выберите в чате другой способ: /cashout

finding-what-payment = платёж
finding-what-refund = возврат
finding-what-payout = выплата
finding-bankUnknown = <b>{ $id }</b> · { $time } · ЮKassa, { $what } { $theirs }: у нас не проведено. <code>{ $transaction }</code>
finding-bankMissing = <b>{ $id }</b> · { $time } · { $what } { $ours } проведён у нас, а у ЮKassa такого нет. <code>{ $transaction }</code>
finding-bankDiffers = <b>{ $id }</b> · { $time } · ЮKassa, { $what } { $theirs }: у нас проведено { $ours }. <code>{ $transaction }</code>
give-up-rubles = Рубли можно вывести: на счёт по номеру телефона, на кошелёк ЮMoney или на карту, /cashout

## Выплата, которая ждёт

notice-withdrawalWaits-rubles = ⏳ Вы выводите { $amount } { $to }. На столько за сутки (вместе с этой выплатой { $lastDay }) нужно согласие { $approvals ->
    [one] админа
   *[other] { $approvals } админов
  }; им сообщили. До этого рубли остаются вашими.
notice-withdrawalAsksAdmins-rubles = 🔐 <code>{ $player }</code> выводит { $amount } { $to }, вместе за сутки { $lastDay }. Нужно согласие { $approvals ->
    [one] одного админа
   *[other] { $approvals } админов
  }, одного отказа достаточно:
    <code>/admin approve { $id }</code>
    <code>/admin decline { $id } причина</code>
