-- Times are milliseconds since 1970 (UTC). Keys compare by bytes, as they do in the program and in SQLite.

create table grain_state (
  type text collate "C" not null,
  key text collate "C" not null,
  version integer not null,
  payload bytea not null,
  primary key (type, key)
);

create table activity (
  type text collate "C" not null,
  key text collate "C" not null,
  seen_at bigint not null,
  ends_at bigint not null,
  primary key (type, key)
);
create index activity_seen_at on activity (type, seen_at);
create index activity_ends_at on activity (type, ends_at);

create table reminder (
  grain_type text collate "C" not null,
  grain_key text collate "C" not null,
  name text collate "C" not null,
  start_at bigint not null,
  period_ms bigint not null,
  next_at bigint not null,
  primary key (grain_type, grain_key, name)
);
create index reminder_next_at on reminder (next_at);

create table throttle (
  key text collate "C" not null primary key,
  failures integer not null,
  pending integer not null,
  blocked_until bigint not null,
  last_at bigint not null
);
create index throttle_last_at on throttle (last_at);

-- day is yyyy-MM-dd (UTC).
create table audit_entry (
  node text collate "C" not null,
  day text collate "C" not null,
  seq bigint not null,
  at bigint not null,
  entry text not null,
  hash bytea not null,
  primary key (node, day, seq)
);
create index audit_entry_at on audit_entry (at);

create table audit_head (
  node text collate "C" not null,
  day text collate "C" not null,
  seq bigint not null,
  hash bytea not null,
  signature bytea not null,
  primary key (node, day)
);

create table key_ring (
  name text collate "C" not null primary key,
  xml text not null
);

-- A row begins at a random version, so that one that was deleted and made anew does not come back with a version that
-- someone still holds. 32 bits, since that is what Orleans' ADO.NET storage counts in.
create function grain_state_first_version() returns integer
  language sql volatile
  return 1 + floor(random() * 1073741824)::integer;

create function grain_state_next_version(version integer) returns integer
  language sql immutable
  return version % 2147483647 + 1;

-- All changes or none, in one round trip: a node that is paused half-way holds no locks. Null payload: delete; expected 0: no row.
create function grain_state_write_all(types text[], keys text[], expected integer[], payloads bytea[]) returns void
  language plpgsql as $$
declare
  i integer;
begin
  for i in 1 .. array_length(types, 1) loop
    if expected[i] = 0 and payloads[i] is not null then
      insert into grain_state (type, key, version, payload)
        values (types[i], keys[i], grain_state_first_version(), payloads[i])
        on conflict do nothing;
    elsif payloads[i] is not null then
      update grain_state set version = grain_state_next_version(version), payload = payloads[i]
        where type = types[i] and key = keys[i] and version = expected[i];
    else
      delete from grain_state where type = types[i] and key = keys[i] and version = expected[i];
    end if;
    if not found then
      raise exception 'conflict' using errcode = 'PS409', detail = i::text;
    end if;
  end loop;
end $$;
