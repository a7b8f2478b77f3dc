-- The processes that serve now: each says every few seconds that it is there. Times are milliseconds since 1970 (UTC).
create table node (
  name text collate "C" not null primary key,
  engine text not null,
  version text not null,
  started_at bigint not null,
  seen_at bigint not null,
  ready boolean not null
);
