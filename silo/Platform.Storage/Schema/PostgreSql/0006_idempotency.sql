-- What became of requests that came with a key of the client's (both hashed); the answer is encrypted, null until there is one.
create table idempotency (
  key text collate "C" not null primary key,
  content text not null,
  answer bytea,
  ends_at bigint not null
);
create index idempotency_ends_at on idempotency (ends_at);
