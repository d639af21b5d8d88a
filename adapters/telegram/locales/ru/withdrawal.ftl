
## Призы, которые уходят с баланса

button-take-prize = 🎁 Забрать приз
button-withdrawal-cancel = Отменить
button-withdrawal-approve = ✅ Да
button-gifts = 🎁 Подарок
button-premium = ⭐ Premium на { $months } мес.: { $price }
button-own-payments = ↩️ Мои платежи: { $price }
button-keep = Оставить на балансе
button-gifts-earlier = ‹ Назад
button-gifts-later = Ещё ›
button-confirm = ✅ Да, отправить
button-confirm-refund = ✅ Да, вернуть
button-other-choice = Выбрать другое
prize-gift = подарок
prize-premium = Telegram Premium на { $months } мес.
prize-refund = ваши платежи
take-prize =
    <b>Ваш баланс: { $amount }</b>

    Бот не может прислать человеку звёзды: в Telegram нет такого способа. Вот что есть:

    • подарок в ваш профиль; обменять его на звёзды нельзя
    • Telegram Premium
    • ваши собственные платежи за завершённые розыгрыши вернутся звёздами, каждый целиком
    • или оставить здесь: баланс оплачивает участие, /join_raffle
take-prize-nothing = Сейчас на балансе нет звёзд. Призы приходят сюда: /join_raffle
take-prize-open = Вы уже выбрали { $prize } за { $amount }. Как только это завершится, можно выбрать снова.
take-prize-waiting = Админы ещё должны согласиться.
own-payments-fit = Из ваших платежей подходит: { $count ->
    [one] { $count } платёж
    [few] { $count } платежа
   *[many] { $count } платежей
  }, вместе { $amount }.
own-payments-none = У вас нет своих платежей, которые можно вернуть: возвращаются только платежи завершённых розыгрышей, каждый один раз.
own-payments-too-large = Ни один ваш платёж не помещается в { $amount }. Целиком вернуться могут: { $amounts }.
gifts-title = <b>Подарки до { $amount }</b>
gifts-none = Сейчас в Telegram нет подарков до { $amount }. Самый дешёвый стоит { $cheapest }.
gifts-none-at-all = Сейчас в Telegram нет подарков. Загляните, пожалуйста, позже.
gifts-away = Telegram сейчас не отвечает, какие есть подарки. Попробуйте, пожалуйста, через минуту.
confirm-gift = Отправить подарок { $gift } за { $amount }? На балансе останется { $left }. Подарок нельзя вернуть.
confirm-premium = Подключить Telegram Premium на { $months } мес. за { $amount }? На балансе останется { $left }. Вернуть его нельзя.
confirm-refund = Вернуть ваши платежи, вместе { $amount }? Они придут звёздами, на балансе останется { $left }.
choice-changed = За это время всё изменилось, поэтому ничего не отправлено. Выберите, пожалуйста, снова.
choice-too-dear = { $amount } больше вашего баланса { $balance }. Выберите, пожалуйста, снова.
choice-old = Этот вопрос слишком старый. Ничего не отправлено; выберите, пожалуйста, снова.
keep-prize = Остаётся на балансе: { $amount }. Забрать можно когда угодно: /balance
withdrawal-asked = Уже в пути. Результат придёт сюда.
withdrawal-asked-already = Вы это уже выбрали; это делается один раз.
withdrawal-cancelled = Отменено. Сумма на вашем балансе.
withdrawal-not-cancelled = Уже поздно: решение принято.
withdrawal-admin-done = <code>{ $id }</code>: { $command } учтено.
withdrawal-admin-void = <code>{ $id }</code>: прежде чем это засчитать, книги Telegram или ЮKassa читаются ещё раз. Что в них, придёт сюда.
withdrawal-admin-duplicate = <code>{ $id }</code>: это уже было сказано, ничего не меняется.
withdrawal-admin-not-taken = <code>{ $id }</code>: { $command } невозможно: { $reason }.
withdrawal-admin-unknown = Нет вывода «{ $given }». Напишите его номер после команды, например: /admin approve wdr_abc123
withdrawal-admin-needs-reason = Напишите причину, её прочитает игрок: /admin decline { $id } причина
withdrawal-admin-words = Админ пишет: { $words }
panel-refusal-notWaiting = он не ждёт ничьего согласия
panel-refusal-stillLooking = книги Telegram ещё просматриваются; через сутки вас спросят
panel-refusal-beingLookedUp = админ сказал, что он видел, и книги читаются ещё раз; загляните через минуту
panel-refusal-ownPrize = это ваш собственный приз, решает другой админ
panel-refusal-notUndecided = о его судьбе нет сомнений
withdrawal-refusal-insufficientFunds = На балансе для этого не хватает.
withdrawal-refusal-busy = Другой ваш приз ещё в пути.
withdrawal-refusal-giftEnded = Такого подарка в Telegram больше нет.
withdrawal-refusal-soldOut = Этот подарок распродан.
withdrawal-refusal-priceChanged = У этого подарка теперь другая цена.
withdrawal-refusal-privacy = Ваши настройки приватности в Telegram не принимают подарки. Разрешите их там или выберите другое.
withdrawal-refusal-unreachable = Telegram не может доставить вам это от бота. Он не заблокирован?
withdrawal-refusal-botBalanceTooLow = У бота сейчас мало звёзд под рукой. Админы знают; попробуйте позже или выберите другое.
withdrawal-refusal-chargesChanged = Платежи, которые можно вернуть, уже другие.
withdrawal-refusal-declined = Админ отказал.
withdrawal-refusal-cancelled = Вы это отменили.
withdrawal-refusal-notArrived = Это не дошло.
withdrawal-refusal-refusedByTelegram = Telegram отказал.
withdrawal-refusal-tryAgain = Telegram не отвечает как надо. Попробуйте, пожалуйста, чуть позже.
notice-withdrawalWaits = ⏳ Вы выбрали { $prize } за { $amount }. На столько за сутки (с этим призом { $lastDay }) нужно согласие { $approvals ->
    [one] админа
   *[other] { $approvals } админов
  }; им сообщили. До этого сумма остаётся вашей.
notice-withdrawalDone-gift = 🎁 Ваш подарок за { $amount } отправлен: он в вашем профиле. Пусть радует!
notice-withdrawalDone-premium = ⭐ { $prize } теперь ваш, за { $amount }.
notice-withdrawalDone-refund = ↩️ { $amount }: { $prize } возвращаются звёздами. О каждом придёт сообщение с номером платежа.
notice-withdrawalUncertain = ⏳ Telegram не ответил, отправлен ли { $prize } за { $amount }. Мы выясняем; пока неизвестно, сумма придержана для вас и ничего не отправится дважды.
notice-withdrawalFailed = Ничего не отправлено ({ $prize }, { $amount }). { $reason } Звёзды на вашем балансе.
notice-withdrawalAsksAdmins = 🔐 <code>{ $player }</code> просит { $prize } за { $amount }, вместе за сутки { $lastDay }. Нужно согласие { $approvals ->
    [one] одного админа
   *[other] { $approvals } админов
  }, одного отказа достаточно:
    <code>/admin approve { $id }</code>
    <code>/admin decline { $id } причина</code>
notice-withdrawalUndecided = ⚠️ Прошли сутки, и неизвестно, дошёл ли { $prize } за { $amount } до <code>{ $player }</code>: ответ Telegram потерян, в его книгах этого нет. Посмотрите его подарки и операции бота и скажите, как было:
    <code>/admin settle { $id }</code> – дошло
    <code>/admin void { $id }</code> – не дошло; книги Telegram читаются ещё раз, и если там ничего нет, сумма вернётся ему
notice-withdrawalVoidLooked-purchase = 🔎 <code>{ $id }</code>: теперь это видно в книгах Telegram: { $prize } за { $amount } отправлен <code>{ $player }</code>. Засчитано как отправленное, ничего не возвращается.
notice-withdrawalVoidLooked-nothing = 🔎 <code>{ $id }</code>: в книгах Telegram нет, чтобы { $prize } за { $amount } был отправлен. Сумма снова на балансе <code>{ $player }</code>.
notice-withdrawalVoidLooked-unread = ⚠️ <code>{ $id }</code>: книги Telegram сейчас не прочитать, поэтому ничего не решено ({ $prize } за { $amount }, <code>{ $player }</code>). Повторите, пожалуйста, через несколько минут: <code>/admin void { $id }</code>
cancel-prize = вы забрали его как часть приза
admin-help-withdrawal =
    <b>Крупные призы</b>

    <code>/admin approve ID</code> · <code>/admin decline ID причина</code> – приз сверх предела за сутки; нужны двое админов
    <code>/admin settle ID</code> · <code>/admin void ID</code> – дошёл или не дошёл: вас спросят, если это никак не выяснить; прежде чем засчитать void, книги Telegram читаются ещё раз
