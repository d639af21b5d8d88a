-- Where a player's receipts go (54-FZ); null until he has said it. It goes with his other data.
alter table players add column email text;
