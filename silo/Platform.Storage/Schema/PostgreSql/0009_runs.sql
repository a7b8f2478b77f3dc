-- Runs of algorithms. What runs are looked up by is kept by a trigger in the transaction that writes the run's row, whoever writes it: the queue
-- counts by it. Times are milliseconds since 1970 (UTC), those of the log nanoseconds.

create table run_index (
  key text collate "C" not null primary key,
  scope text collate "C" not null,
  user_key text collate "C" not null,
  phase text collate "C" not null,
  sequence bigint not null,
  machine text collate "C",
  submitted_at bigint not null
);
create index run_index_sequence on run_index (sequence, key);
create index run_index_scope on run_index (scope, sequence);
create index run_index_user on run_index (user_key, sequence);
create index run_index_waiting on run_index (sequence) where phase = 'Queued';
create index run_index_active on run_index (machine, scope, user_key) where phase <> 'Ended';

-- What runs wrote to their standard output and error. total grows by the size of each line, so that the oldest can go by it.
create table run_log (
  run text collate "C" not null,
  number bigint not null,
  at bigint not null,
  error bigint not null,
  text text not null,
  total bigint not null,
  primary key (run, number)
);

-- Which documents runs stored.
create table run_writing (
  run text collate "C" not null,
  resource text collate "C" not null,
  written_at bigint not null,
  primary key (run, resource)
);

-- The machines that start containers: each says every few seconds that it is there.
create table run_machine (
  name text collate "C" not null primary key,
  holder text not null,
  node text not null,
  engine text not null,
  ready bigint not null,
  capacity bigint not null,
  seen_at bigint not null,
  engine_seen_at bigint not null,
  suspected_at bigint
);

create function run_follow() returns trigger
  language plpgsql as $$
declare
  doc jsonb;
begin
  if tg_op = 'DELETE' then
    delete from run_index where key = old.key;
    delete from run_log where run = old.key;
    delete from run_writing where run = substr(old.key, length('run:') + 1);
    return null;
  end if;
  doc := list_json(new.payload);
  insert into run_index (key, scope, user_key, phase, sequence, machine, submitted_at)
    values (
      new.key,
      coalesce(doc -> 'Authorization' ->> 'Context', ''),
      coalesce(doc -> 'Authorization' ->> 'User', ''),
      coalesce(doc ->> 'Phase', ''),
      list_number(doc ->> 'Sequence'),
      doc ->> 'Machine',
      coalesce(list_time(doc ->> 'SubmittedAt'), 0))
    on conflict (key) do update set scope = excluded.scope, phase = excluded.phase, machine = excluded.machine;
  return null;
end $$;

create trigger run_follow_insert after insert on grain_state for each row when (new.type = 'run') execute function run_follow();
create trigger run_follow_update after update of payload on grain_state for each row when (new.type = 'run') execute function run_follow();
create trigger run_follow_delete after delete on grain_state for each row when (old.type = 'run') execute function run_follow();

-- Only a document that a run stored is looked into; of each run the first 1000 are noted.
create function run_note_writing() returns trigger
  language plpgsql as $$
declare
  doc jsonb := list_json(new.payload);
begin
  insert into run_writing (run, resource, written_at)
    select doc ->> 'ChangedByRun', new.key, coalesce(list_time(doc ->> 'ChangedAt'), 0)
    where exists (select 1 from run_index where key = 'run:' || (doc ->> 'ChangedByRun'))
      and (select count(*) from run_writing where run = doc ->> 'ChangedByRun') < 1000
    on conflict (run, resource) do update set written_at = excluded.written_at;
  return null;
end $$;

create trigger run_writing_insert after insert on grain_state for each row
  when (new.type = 'resource' and position('"ChangedByRun":"'::bytea in new.payload) > 0) execute function run_note_writing();
create trigger run_writing_update after update of payload on grain_state for each row
  when (new.type = 'resource' and position('"ChangedByRun":"'::bytea in new.payload) > 0) execute function run_note_writing();
