## Гарантированный приз

raffle-prize-guaranteed = Гарантированный приз: <b>{ $guaranteed }</b>. Собрано сейчас: { $collected } (взносы без комиссии { $commission }). Победителям достанется большее из двух.
raffle-topped = Гарантированный приз { $guaranteed }: организатор добавил { $topUp }.
join-offer-guaranteed = { $prize } (гарантировано: { $guaranteed })
announce-guaranteed = Гарантированный приз: <b>{ $guaranteed }</b>, даже если взносов соберётся меньше. Если игроков не хватит, все взносы вернутся.
drawn-topped = Гарантированный приз { $guaranteed }: взносы принесли { $collected } после комиссии, организатор добавил { $topUp }.
guarantee-none = нет

## Что вывел владелец

finding-moveNotCovered = <b>{ $id }</b> · { $time } · вы вывели { $amount }, а вашими из них были только { $ours }: остальное принадлежит игрокам или обещано как гарантированные призы. Верните разницу на Fragment и напишите <code>/admin topup СУММА</code>. <code>{ $transaction }</code>

## В панели администратора

panel-ask-guaranteedPrize = Гарантировать приз, в звёздах? Если взносов не хватит, разница пойдёт из вашего капитала: он удерживается с открытия розыгрыша. 0 – без гарантии.
panel-field-guaranteedPrize = Гарантированный приз
panel-prize-line-topped = { $tickets }: банк { $pot }, комиссия { $commission }, вы добавляете { $topUp }, приз { $prizes }
panel-button-term-drawAt = Когда розыгрыш
panel-button-term-commissionBps = Комиссия
panel-button-term-guaranteedPrize = Гарантированный приз
admin-created-guaranteed = Гарантированный приз: { $guaranteed }. Он удерживается из вашего капитала при открытии розыгрыша.
panel-refusal-reserveTooLow = резерва не хватает на гарантированный приз
panel-reserve-too-low = на гарантированный приз нужно { $needed }, а резерв может обещать сейчас { $covered }. Ничего не изменилось. Внесите на Fragment ещё не меньше { $missing } и напишите /admin topup { $stars } или гарантируйте меньше. Все цифры: /admin reserve
