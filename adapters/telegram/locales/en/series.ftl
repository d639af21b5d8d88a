# Templates and series. The keys are the same in every language; a test holds that.

## For players

raffle-series = 🔁 { $name } No. { $number }
raffle-series-over = 🔁 { $name } No. { $number }, the last one
my-raffles-series = { $line } · 🔁 { $name }
button-follow = 🔔 Tell me of the next one
button-unfollow = 🔕 Tell me of no next one
followed-yes = You are told when the next raffle of this series opens.
followed-no = You are told of no further raffle of this series.
notice-seriesOpened =
    🔁 { $name } No. { $number } is open: <b>{ $title }</b>
    You are told because you follow this series.
broadcast-seriesOpened = opening, to followers

## When raffles come again

weekday-1 = Mondays
weekday-2 = Tuesdays
weekday-3 = Wednesdays
weekday-4 = Thursdays
weekday-5 = Fridays
weekday-6 = Saturdays
weekday-7 = Sundays
plan-hours = { $count ->
    [one] every hour
   *[other] every { $count } hours
  }, the first at { $time } ({ $zone })
plan-days = { $count ->
    [one] every day
   *[other] every { $count } days
  } at { $time } ({ $zone })
plan-weeks = { $count ->
    [one] on { $weekday }
   *[other] every { $count } weeks, on { $weekday },
  } at { $time } ({ $zone })
plan-end = again as soon as the last one has ended
plan-limited = { $plan }; { $count ->
    [one] { $count } raffle in all
   *[other] { $count } raffles in all
  }

## Pages

panel-button-templates = 📋 Templates
panel-button-seriesList = 🔁 Series
panel-button-keepRaffle = 📋 Keep as template
panel-button-keep = 📋 Keep as a new template
panel-button-replace = 📋 Change template “{ $name }”
panel-button-use = ➕ New raffle of it
panel-button-repeat = 🔁 New series of it
panel-button-rename = ✏️ Rename
panel-button-delete = 🗑 Delete
panel-button-pauseSeries = ⏸ Pause
panel-button-resumeSeries = ▶️ Go on
panel-button-changeSeries = ✏️ Another rule
panel-button-endSeries = ⛔ End the series
panel-button-to-template = 📋 Its template
panel-templates =
    <b>Templates</b>: terms for new raffles and for series

    Any raffle becomes one: in the preview of a new raffle, or on a raffle's page.
panel-template = <b>Template “{ $name }”</b> · <code>{ $id }</code>
panel-term-line = { $term }: { $value }
panel-template-gone = There is no such template.
panel-template-series = Its series:
panel-series-list =
    <b>Series</b>: raffles that come again

    A new one begins on a template's page.
panel-series-line = { $name } – { $status }, { $plan }
panel-series-gone = There is no such series.
panel-series =
    <b>Series “{ $name }”</b> · <code>{ $id }</code>
    { $status }, { $plan }
    Raffles opened: { $opened }; not opened in time: { $skipped }
panel-series-next = Next: { $time }
panel-series-refused = ⚠️ The last one was not opened: { $reason }.
panel-series-raffles = The last raffles:
panel-series-raffle = No. { $number } { $title } – { $status }
series-status-active = under way
series-status-paused = paused
series-status-ended = ended
series-refusal-templateGone = its template is gone
series-refusal-badTerms = no raffle can have the terms of its template; change them
series-refusal-reserveTooLow = the reserve does not cover its guaranteed prize; top it up, see /admin reserve
series-refusal-notNow = the reserve could not be asked
series-refusal-tooManyRunning = too many of its raffles have not ended

## What admins are asked and told

panel-field-name = Name
panel-field-rule = Rule
panel-field-template = Template
problem-badRule = • { $field }: must be a rule, for example: { $allowed }
problem-badZone = • { $field }: must name a time zone that there is, for example Europe/Moscow
problem-badName = • { $field }: must be one line of ordinary characters
panel-ask-name-saveTemplate = What is the template of “{ $title }” called? At most 32 characters. Players see the name on raffles of a series.
panel-ask-name-renameTemplate = What shall template “{ $title }” be called? At most 32 characters. Players see the name on raffles of a series.
panel-ask-rule =
    When do raffles of “{ $title }” come? Press a button or write a rule:
    <code>1d 18:00</code> – every day, <code>2d</code> every second
    <code>1w fri 18:00</code> – on Fridays
    <code>6h 12:00</code> – every six hours from 12:00 on
    <code>end</code> – again as soon as the last one has ended
    Behind it, if you like: <code>x10</code> for ten raffles in all, a time zone (else { $zone }).
panel-title-hint = In a series <code>{ "{n}" }</code> in the title becomes the raffle's number and <code>{ "{date}" }</code> the day.
panel-really-saveTemplate = Keep the terms of “{ $title }” as template “{ $words }”?
panel-really-replaceTemplate = Give template “{ $title }” these terms? Its series have them from their next raffle on.
panel-really-renameTemplate = Rename template “{ $title }” to “{ $words }”? Its series are called so from their next raffle on.
panel-really-deleteTemplate = Really delete template “{ $title }”?
panel-really-beginSeries = Begin a series of “{ $title }”: { $words }?
panel-really-changeSeries = Really give series “{ $title }” another rule: { $words }?
panel-really-endSeries = Really end series “{ $title }”? There is no next raffle; those that run go on.
panel-button-yes-saveTemplate = ✅ Yes, keep
panel-button-yes-replaceTemplate = ✅ Yes, change
panel-button-yes-renameTemplate = ✅ Yes, rename
panel-button-yes-deleteTemplate = 🗑 Yes, delete
panel-button-yes-beginSeries = ✅ Yes, begin
panel-button-yes-changeSeries = ✅ Yes, change
panel-button-yes-endSeries = ⛔ Yes, end
panel-done-saveTemplate = ✅ Kept.
panel-done-renameTemplate = ✅ Renamed.
panel-done-deleteTemplate = 🗑 Deleted.
panel-done-beginSeries = ✅ The series has begun.
panel-done-pauseSeries = ⏸ Paused: no raffle is opened, those that run go on.
panel-done-resumeSeries = ▶️ It goes on. What was due in the pause is not made up for.
panel-done-changeSeries = ✅ Changed, from the next raffle on.
panel-done-endSeries = ⛔ Ended.
panel-refusal-unknownTemplate = there is no such template
panel-refusal-unknownSeries = there is no such series
panel-refusal-nameTaken = another template is called so
panel-refusal-badName = a template cannot be called so
panel-refusal-tooManyTemplates = there are 30 templates already; delete one
panel-refusal-templateInUse = a series makes its raffles of it; end that first
panel-refusal-tooManySeries = there are 20 series already; end one
panel-refusal-badPlan = no series can have this rule, or it has had as many raffles already
panel-refusal-openingNow = its raffle is being opened; try again in a moment
admin-series-refused =
    ⚠️ The next raffle of series “{ $name }” was not opened: { $reason }.
    It is tried again { $time }. You are told again when the reason is another one.
admin-series-stopped =
    ⏸ A raffle of series “{ $name }” was ended by admins: { $title }.
    The series is paused and opens no next one. To go on: /admin series
admin-series-ended = 🔁 Series “{ $name }” has had all its raffles: { $opened }.
admin-hint-template =
    <code>/admin templates</code> · <code>/admin template tpl_…</code>
    <code>/admin template save rfl_… Name</code> – keep the terms of a raffle
    <code>/admin template use tpl_…</code> – a new raffle that begins with them
    <code>/admin template rename tpl_… Name</code> · <code>/admin template delete tpl_…</code>
admin-hint-series =
    <code>/admin series</code> · <code>/admin series ser_…</code>
    <code>/admin series begin tpl_… 1d 18:00</code> – raffles of a template that come again
    <code>/admin series rule ser_… 1w fri 18:00 x10</code>
    <code>/admin series pause ser_…</code> · <code>resume</code> · <code>end</code>
admin-help-series = <b>Templates and series</b>
