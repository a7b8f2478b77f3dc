-- What searches of the audit look through, kept by a trigger; what a search shows comes from the entry itself, which the chain protects.
create table audit_index (
  node text not null,
  day text not null,
  seq integer not null,
  at integer not null,
  action text not null,
  outcome text not null,
  subject text,
  object text,
  scope text,
  search text not null,
  primary key (node, day, seq)
) without rowid;
create index audit_index_at on audit_index (at, node, day, seq);
create index audit_index_subject on audit_index (subject, at);
create index audit_index_object on audit_index (object, at);
create index audit_index_scope on audit_index (scope, at);

-- Until which day entries were removed because they were old, signed as the chains' heads are.
create table audit_cut (
  id integer not null primary key check (id = 1),
  day text not null,
  signature blob not null
);

create view audit_refresh as select '' as node, '' as day, 0 as seq, 0 as at, '' as doc where 0;

create trigger audit_refresh_insert instead of insert on audit_refresh begin
  insert into audit_index (node, day, seq, at, action, outcome, subject, object, scope, search)
    values (
      new.node, new.day, new.seq, new.at,
      coalesce(new.doc ->> '$.action', ''),
      coalesce(new.doc ->> '$.outcome', ''),
      new.doc ->> '$.subject',
      new.doc ->> '$.object',
      coalesce(new.doc ->> '$.scope', case when new.doc ->> '$.object' like '/%' then new.doc ->> '$.object' end),
      list_text(new.doc ->> '$.subject') || char(10) || list_text(new.doc ->> '$.object') || char(10) || list_text(new.doc ->> '$.address')
        || char(10) || list_text(new.doc ->> '$.detail'))
    on conflict do nothing;
end;

create trigger audit_follow_insert after insert on audit_entry begin
  insert into audit_refresh (node, day, seq, at, doc) values (new.node, new.day, new.seq, new.at, list_doc(cast(new.entry as blob)));
end;
create trigger audit_follow_delete after delete on audit_entry begin
  delete from audit_index where node = old.node and day = old.day and seq = old.seq;
end;

insert into audit_refresh (node, day, seq, at, doc) select node, day, seq, at, list_doc(cast(entry as blob)) from audit_entry;
