-- Where withdrawals by bank go, in full: only as long as it is needed, and in no other table.
create table payout_destinations (
  withdrawal_id text constraint pk_payout_destinations primary key,
  player_id text not null,
  -- PayoutDestination and, where it is checked, the receiver's name, as JSON.
  destination text not null
);
create index ix_payout_destinations_player on payout_destinations (player_id);

-- SHA-256 of the receiver's kind and normalised number, hex: the same for the same receiver.
alter table withdrawals add column if not exists destination_hash text;
