-- What searches of the audit look through, kept by a trigger; what a search shows comes from the entry itself, which the chain protects.
create table audit_index (
  node text collate "C" not null,
  day text collate "C" not null,
  seq bigint not null,
  at bigint not null,
  action text collate "C" not null,
  outcome text collate "C" not null,
  subject text collate "C",
  object text collate "C",
  scope text collate "C",
  search text collate "C" not null,
  primary key (node, day, seq)
);
create index audit_index_at on audit_index (at, node, day, seq);
create index audit_index_subject on audit_index (subject, at);
create index audit_index_object on audit_index (object, at);
create index audit_index_scope on audit_index (scope, at);

-- Until which day entries were removed because they were old, signed as the chains' heads are.
create table audit_cut (
  id integer not null primary key check (id = 1),
  day text collate "C" not null,
  signature bytea not null
);

create function audit_refresh(entry_row audit_entry) returns void
  language plpgsql as $$
declare
  doc jsonb := list_json(convert_to(entry_row.entry, 'UTF8'));
begin
  insert into audit_index (node, day, seq, at, action, outcome, subject, object, scope, search)
    values (
      entry_row.node, entry_row.day, entry_row.seq, entry_row.at,
      left(coalesce(doc ->> 'action', ''), 64),
      left(coalesce(doc ->> 'outcome', ''), 64),
      left(doc ->> 'subject', 128),
      left(doc ->> 'object', 512),
      left(coalesce(doc ->> 'scope', case when doc ->> 'object' like '/%' then doc ->> 'object' end), 400),
      concat_ws(E'\n', list_text(doc ->> 'subject'), list_text(doc ->> 'object'), list_text(doc ->> 'address'), list_text(doc ->> 'detail')))
    on conflict do nothing;
end $$;

create function audit_follow() returns trigger
  language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    delete from audit_index where node = old.node and day = old.day and seq = old.seq;
  else
    perform audit_refresh(new);
  end if;
  return null;
end $$;

create trigger audit_follow after insert or delete on audit_entry for each row execute function audit_follow();

select audit_refresh(audit_entry) from audit_entry;
