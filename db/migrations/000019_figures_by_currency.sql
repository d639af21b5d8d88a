-- Figures of days that are over, now by currency. They are counted from tickets and transfers, which
-- are never deleted, so the next reader counts them anew.
drop table panel_days;

create table panel_days (
  -- Days (UTC) since 1970-01-01.
  day int constraint pk_panel_days primary key,
  tickets bigint not null,
  -- Different players with a ticket of that day, and those of them whose first one it was.
  players bigint not null,
  new_players bigint not null
);

-- Written before the day's row above; a currency that moved nothing on a day has no row.
create table panel_day_money (
  day int not null,
  currency text not null,
  pots_minor bigint not null,
  commission_minor bigint not null,
  prizes_minor bigint not null,
  refunds_minor bigint not null,
  constraint pk_panel_day_money primary key (day, currency)
);
