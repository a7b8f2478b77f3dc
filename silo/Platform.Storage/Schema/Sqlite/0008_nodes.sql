-- The process that serves now: it says every few seconds that it is there. Times are milliseconds since 1970 (UTC).
create table node (
  name text not null primary key,
  engine text not null,
  version text not null,
  started_at integer not null,
  seen_at integer not null,
  ready integer not null
) without rowid;
