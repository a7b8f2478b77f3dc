-- What became of requests that came with a key of the client's (both hashed); the answer is encrypted, null until there is one.
create table idempotency (
  key text not null primary key,
  content text not null,
  answer blob,
  ends_at integer not null
) without rowid;
create index idempotency_ends_at on idempotency (ends_at);
