-- Runs of algorithms. What runs are looked up by is kept by triggers in the transaction that writes the run's row: the queue counts by it. Times
-- are milliseconds since 1970 (UTC), those of the log nanoseconds.

create table run_index (
  key text not null primary key,
  scope text not null,
  user_key text not null,
  phase text not null,
  sequence integer not null,
  machine text,
  submitted_at integer not null
) without rowid;
create index run_index_sequence on run_index (sequence, key);
create index run_index_scope on run_index (scope, sequence);
create index run_index_user on run_index (user_key, sequence);
create index run_index_waiting on run_index (sequence) where phase = 'Queued';
create index run_index_active on run_index (machine, scope, user_key) where phase <> 'Ended';

-- What runs wrote to their standard output and error. total grows by the size of each line, so that the oldest can go by it.
create table run_log (
  run text not null,
  number integer not null,
  at integer not null,
  error integer not null,
  text text not null,
  total integer not null,
  primary key (run, number)
) without rowid;

-- Which documents runs stored.
create table run_writing (
  run text not null,
  resource text not null,
  written_at integer not null,
  primary key (run, resource)
) without rowid;

-- The machine that starts containers: it says every few seconds that it is there.
create table run_machine (
  name text not null primary key,
  holder text not null,
  node text not null,
  engine text not null,
  ready integer not null,
  capacity integer not null,
  seen_at integer not null,
  engine_seen_at integer not null,
  suspected_at integer
) without rowid;

-- What is inserted into this view brings the index up to what a run's row says.
create view run_refresh as select '' as key, '' as doc where 0;

create trigger run_refresh_run instead of insert on run_refresh begin
  insert into run_index (key, scope, user_key, phase, sequence, machine, submitted_at)
    select
      new.key,
      coalesce(new.doc ->> '$.Authorization.Context', ''),
      coalesce(new.doc ->> '$.Authorization.User', ''),
      coalesce(new.doc ->> '$.Phase', ''),
      coalesce(cast(new.doc ->> '$.Sequence' as integer), 0),
      new.doc ->> '$.Machine',
      coalesce(list_time(new.doc ->> '$.SubmittedAt'), 0)
    where true
    on conflict (key) do update set scope = excluded.scope, phase = excluded.phase, machine = excluded.machine;
end;

create trigger run_follow_insert after insert on grain_state when new.type = 'run' begin
  insert into run_refresh (key, doc) values (new.key, list_doc(new.payload));
end;
create trigger run_follow_update after update of payload on grain_state when new.type = 'run' begin
  insert into run_refresh (key, doc) values (new.key, list_doc(new.payload));
end;
create trigger run_follow_delete after delete on grain_state when old.type = 'run' begin
  delete from run_index where key = old.key;
  delete from run_log where run = old.key;
  delete from run_writing where run = substr(old.key, length('run:') + 1);
end;

-- Only a document that a run stored is looked into; of each run the first 1000 are noted.
create view run_writing_refresh as select '' as key, '' as doc where 0;

create trigger run_writing_refresh_resource instead of insert on run_writing_refresh begin
  insert into run_writing (run, resource, written_at)
    select new.doc ->> '$.ChangedByRun', new.key, coalesce(list_time(new.doc ->> '$.ChangedAt'), 0)
    where exists (select 1 from run_index where key = 'run:' || (new.doc ->> '$.ChangedByRun'))
      and (select count(*) from run_writing where run = new.doc ->> '$.ChangedByRun') < 1000
    on conflict (run, resource) do update set written_at = excluded.written_at;
end;

create trigger run_writing_insert after insert on grain_state
  when new.type = 'resource' and instr(cast(new.payload as blob), cast('"ChangedByRun":"' as blob)) > 0 begin
  insert into run_writing_refresh (key, doc) values (new.key, list_doc(new.payload));
end;
create trigger run_writing_update after update of payload on grain_state
  when new.type = 'resource' and instr(cast(new.payload as blob), cast('"ChangedByRun":"' as blob)) > 0 begin
  insert into run_writing_refresh (key, doc) values (new.key, list_doc(new.payload));
end;
