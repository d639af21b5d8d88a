-- The drand round that a seal names, to come when the list was sealed. Draws that were sealed before
-- this name none.
alter table draws
  -- Chain and round, NamedRound as JSON.
  add column named_round text,
  -- The round's signature as it went into the request; null when it was not to be had in time.
  add column beacon_signature text;
