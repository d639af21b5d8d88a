# Шаблоны и серии. Ключи одинаковы во всех языках, за этим следит тест.

## Для игроков

raffle-series = 🔁 { $name } № { $number }
raffle-series-over = 🔁 { $name } № { $number }, последний
my-raffles-series = { $line } · 🔁 { $name }
button-follow = 🔔 Сообщить о следующем
button-unfollow = 🔕 Не сообщать о следующих
followed-yes = Мы сообщим, когда откроется следующий розыгрыш этой серии.
followed-no = О следующих розыгрышах этой серии вы не услышите.
notice-seriesOpened =
    🔁 { $name } № { $number } открыт: <b>{ $title }</b>
    Вы следите за этой серией, поэтому мы сообщаем.
broadcast-seriesOpened = открытие, для следящих

## Когда розыгрыши повторяются

weekday-1 = по понедельникам
weekday-2 = по вторникам
weekday-3 = по средам
weekday-4 = по четвергам
weekday-5 = по пятницам
weekday-6 = по субботам
weekday-7 = по воскресеньям
plan-hours = { $count ->
    [1] каждый час
    [one] каждый { $count } час
    [few] каждые { $count } часа
   *[other] каждые { $count } часов
  }, первый в { $time } ({ $zone })
plan-days = { $count ->
    [1] каждый день
    [one] каждый { $count } день
    [few] каждые { $count } дня
   *[other] каждые { $count } дней
  } в { $time } ({ $zone })
plan-weeks = { $count ->
    [1] { $weekday }
    [few] раз в { $count } недели { $weekday }
   *[other] раз в { $count } недель { $weekday }
  } в { $time } ({ $zone })
plan-end = снова, как только закончится прежний
plan-limited = { $plan }; { $count ->
    [one] всего { $count } розыгрыш
    [few] всего { $count } розыгрыша
   *[other] всего { $count } розыгрышей
  }

## Страницы

panel-button-templates = 📋 Шаблоны
panel-button-seriesList = 🔁 Серии
panel-button-keepRaffle = 📋 Сохранить как шаблон
panel-button-keep = 📋 Сохранить как новый шаблон
panel-button-replace = 📋 Изменить шаблон «{ $name }»
panel-button-use = ➕ Новый розыгрыш по нему
panel-button-repeat = 🔁 Новая серия по нему
panel-button-rename = ✏️ Переименовать
panel-button-delete = 🗑 Удалить
panel-button-pauseSeries = ⏸ Пауза
panel-button-resumeSeries = ▶️ Продолжить
panel-button-changeSeries = ✏️ Другое правило
panel-button-endSeries = ⛔ Завершить серию
panel-button-to-template = 📋 Её шаблон
panel-templates =
    <b>Шаблоны</b>: условия для новых розыгрышей и серий

    Шаблоном становится любой розыгрыш: при создании, перед последним «да», или на его странице.
panel-template = <b>Шаблон «{ $name }»</b> · <code>{ $id }</code>
panel-term-line = { $term }: { $value }
panel-template-gone = Такого шаблона нет.
panel-template-series = Его серии:
panel-series-list =
    <b>Серии</b>: розыгрыши, которые повторяются

    Новая начинается на странице шаблона.
panel-series-line = { $name } – { $status }, { $plan }
panel-series-gone = Такой серии нет.
panel-series =
    <b>Серия «{ $name }»</b> · <code>{ $id }</code>
    { $status }, { $plan }
    Открыто розыгрышей: { $opened }; не открыто вовремя: { $skipped }
panel-series-next = Следующий: { $time }
panel-series-refused = ⚠️ Последний не открылся: { $reason }.
panel-series-raffles = Последние розыгрыши:
panel-series-raffle = № { $number } { $title } – { $status }
series-status-active = идёт
series-status-paused = на паузе
series-status-ended = завершена
series-refusal-templateGone = её шаблона больше нет
series-refusal-badTerms = с условиями её шаблона розыгрыш невозможен; измените их
series-refusal-reserveTooLow = резерва не хватает на гарантированный приз; пополните его, см. /admin reserve
series-refusal-notNow = резерв не удалось проверить
series-refusal-tooManyRunning = слишком много её розыгрышей ещё не закончилось

## О чём спрашивают админов и что им сообщают

panel-field-name = Название
panel-field-rule = Правило
panel-field-template = Шаблон
problem-badRule = • { $field }: нужно правило, например: { $allowed }
problem-badZone = • { $field }: нужен существующий часовой пояс, например Europe/Moscow
problem-badName = • { $field }: нужна одна строка из обычных знаков
panel-ask-name-saveTemplate = Как назвать шаблон из «{ $title }»? Не больше 32 знаков. Участники видят это название у розыгрышей серии.
panel-ask-name-renameTemplate = Как теперь назвать шаблон «{ $title }»? Не больше 32 знаков. Участники видят это название у розыгрышей серии.
panel-ask-rule =
    Когда будут розыгрыши «{ $title }»? Нажмите кнопку или напишите правило:
    <code>1д 18:00</code> – каждый день, <code>2д</code> через день
    <code>1н пт 18:00</code> – по пятницам
    <code>6ч 12:00</code> – каждые шесть часов начиная с 12:00
    <code>конец</code> – снова, как только закончится прежний
    В конце, если нужно: <code>x10</code> – всего десять розыгрышей, часовой пояс (иначе { $zone }).
panel-title-hint = В серии <code>{ "{n}" }</code> в названии станет номером розыгрыша, а <code>{ "{date}" }</code> – днём.
panel-really-saveTemplate = Сохранить условия «{ $title }» как шаблон «{ $words }»?
panel-really-replaceTemplate = Дать шаблону «{ $title }» эти условия? Его серии получат их со следующего розыгрыша.
panel-really-renameTemplate = Переименовать шаблон «{ $title }» в «{ $words }»? Его серии получат это имя со следующего розыгрыша.
panel-really-deleteTemplate = Точно удалить шаблон «{ $title }»?
panel-really-beginSeries = Начать серию по «{ $title }»: { $words }?
panel-really-changeSeries = Точно дать серии «{ $title }» другое правило: { $words }?
panel-really-endSeries = Точно завершить серию «{ $title }»? Следующего розыгрыша не будет; те, что идут, продолжаются.
panel-button-yes-saveTemplate = ✅ Да, сохранить
panel-button-yes-replaceTemplate = ✅ Да, изменить
panel-button-yes-renameTemplate = ✅ Да, переименовать
panel-button-yes-deleteTemplate = 🗑 Да, удалить
panel-button-yes-beginSeries = ✅ Да, начать
panel-button-yes-changeSeries = ✅ Да, изменить
panel-button-yes-endSeries = ⛔ Да, завершить
panel-done-saveTemplate = ✅ Сохранено.
panel-done-renameTemplate = ✅ Переименован.
panel-done-deleteTemplate = 🗑 Удалён.
panel-done-beginSeries = ✅ Серия началась.
panel-done-pauseSeries = ⏸ Пауза: новых розыгрышей нет, те, что идут, продолжаются.
panel-done-resumeSeries = ▶️ Продолжается. Пропущенное во время паузы не навёрстывается.
panel-done-changeSeries = ✅ Изменено, со следующего розыгрыша.
panel-done-endSeries = ⛔ Завершена.
panel-refusal-unknownTemplate = такого шаблона нет
panel-refusal-unknownSeries = такой серии нет
panel-refusal-nameTaken = так называется другой шаблон
panel-refusal-badName = шаблон так называться не может
panel-refusal-tooManyTemplates = шаблонов уже 30; удалите один
panel-refusal-templateInUse = по нему идёт серия; сначала завершите её
panel-refusal-tooManySeries = серий уже 20; завершите одну
panel-refusal-badPlan = такого правила у серии быть не может, или столько розыгрышей у неё уже было
panel-refusal-openingNow = её розыгрыш как раз открывается; повторите через минуту
admin-series-refused =
    ⚠️ Следующий розыгрыш серии «{ $name }» не открылся: { $reason }.
    Новая попытка { $time }. Мы напишем снова, если причина будет другой.
admin-series-stopped =
    ⏸ Розыгрыш серии «{ $name }» завершили админы: { $title }.
    Серия на паузе, следующий не откроется. Продолжить: /admin series
admin-series-ended = 🔁 Серия «{ $name }» провела все свои розыгрыши: { $opened }.
admin-hint-template =
    <code>/admin templates</code> · <code>/admin template tpl_…</code>
    <code>/admin template save rfl_… Название</code> – сохранить условия розыгрыша
    <code>/admin template use tpl_…</code> – новый розыгрыш, который начинается с них
    <code>/admin template rename tpl_… Название</code> · <code>/admin template delete tpl_…</code>
admin-hint-series =
    <code>/admin series</code> · <code>/admin series ser_…</code>
    <code>/admin series begin tpl_… 1д 18:00</code> – повторять розыгрыши по шаблону
    <code>/admin series rule ser_… 1н пт 18:00 x10</code>
    <code>/admin series pause ser_…</code> · <code>resume</code> · <code>end</code>
admin-help-series = <b>Шаблоны и серии</b>
