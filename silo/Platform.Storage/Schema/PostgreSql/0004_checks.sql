-- As in 0001, and besides: a row that the changes rest on without changing it. Null payload and an expected version below 0: the row
-- has to be at that version without its sign; null payload and 0: there has to be no row.
create or replace function grain_state_write_all(types text[], keys text[], expected integer[], payloads bytea[]) returns void
  language plpgsql as $$
declare
  i integer;
begin
  for i in 1 .. array_length(types, 1) loop
    if expected[i] = 0 then
      insert into grain_state (type, key, version, payload)
        values (types[i], keys[i], grain_state_first_version(), coalesce(payloads[i], ''))
        on conflict do nothing;
    elsif payloads[i] is not null then
      update grain_state set version = grain_state_next_version(version), payload = payloads[i]
        where type = types[i] and key = keys[i] and version = expected[i];
    elsif expected[i] < 0 then
      -- Nobody replaces or deletes it until these changes are committed; others may rest on it, too.
      perform from grain_state where type = types[i] and key = keys[i] and version = -expected[i] for share;
    else
      delete from grain_state where type = types[i] and key = keys[i] and version = expected[i];
    end if;
    if not found then
      raise exception 'conflict' using errcode = 'PS409', detail = i::text;
    end if;
    if expected[i] = 0 and payloads[i] is null then
      -- Whoever inserts the same row waits for the one that was here until the commit.
      delete from grain_state where type = types[i] and key = keys[i];
    end if;
  end loop;
end $$;
