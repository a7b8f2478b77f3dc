-- Times are milliseconds since 1970 (UTC).

create table grain_state (
  type text not null,
  key text not null,
  version integer not null,
  payload blob not null,
  primary key (type, key)
);

create table activity (
  type text not null,
  key text not null,
  seen_at integer not null,
  ends_at integer not null,
  primary key (type, key)
) without rowid;
create index activity_seen_at on activity (type, seen_at);
create index activity_ends_at on activity (type, ends_at);

create table reminder (
  grain_type text not null,
  grain_key text not null,
  name text not null,
  start_at integer not null,
  period_ms integer not null,
  next_at integer not null,
  primary key (grain_type, grain_key, name)
) without rowid;
create index reminder_next_at on reminder (next_at);

create table throttle (
  key text not null primary key,
  failures integer not null,
  pending integer not null,
  blocked_until integer not null,
  last_at integer not null
) without rowid;
create index throttle_last_at on throttle (last_at);

-- day is yyyy-MM-dd (UTC).
create table audit_entry (
  node text not null,
  day text not null,
  seq integer not null,
  at integer not null,
  entry text not null,
  hash blob not null,
  primary key (node, day, seq)
) without rowid;
create index audit_entry_at on audit_entry (at);

create table audit_head (
  node text not null,
  day text not null,
  seq integer not null,
  hash blob not null,
  signature blob not null,
  primary key (node, day)
) without rowid;

create table key_ring (
  name text not null primary key,
  xml text not null
) without rowid;
