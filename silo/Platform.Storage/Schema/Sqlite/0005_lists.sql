-- What lists and searches look through: a few columns of some rows of grain_state, kept by triggers in the transaction that writes the row.
-- Nothing but lists reads them, and what a list shows comes from the row itself. A row that cannot be read is in no list; it never keeps a
-- write from happening. list_doc, list_text and list_time are functions of the program (Sqlite/ListFunctions.cs). There is no 0004: it is PostgreSQL's.

create table user_index (
  key text not null primary key,
  directory text not null,
  name text not null,
  search text not null,
  disabled integer not null
) without rowid;
-- With all that users are filtered by, so that a search in the order of names reads nothing else.
create index user_index_name on user_index (name, key, search, directory, disabled);

-- The sessions that users list, whether their own rows are still there or not.
create table user_session_index (
  session_key text not null,
  user_key text not null,
  address text not null,
  primary key (session_key, user_key)
) without rowid;
create index user_session_index_user on user_session_index (user_key);
create index user_session_index_address on user_session_index (address);

create table session_index (
  key text not null primary key,
  handle text not null,
  user_key text not null,
  scope text,
  scope_epoch integer not null,
  started_at integer not null,
  ends_at integer not null
) without rowid;
create index session_index_handle on session_index (handle);
create index session_index_user on session_index (user_key);
create index session_index_scope on session_index (scope);
create index session_index_started_at on session_index (started_at, key);

-- One row for each scope that a user is a member of, or asks to become one (pending). It ends when nothing gives the membership any more.
create table member_index (
  scope text not null,
  user_key text not null,
  pending integer not null,
  suspended integer not null,
  ends_at integer,
  primary key (scope, user_key, pending)
) without rowid;
create index member_index_user on member_index (user_key);
create index member_index_ends_at on member_index (ends_at) where ends_at is not null;

create table member_role_index (
  scope text not null,
  user_key text not null,
  role text not null,
  primary key (scope, user_key, role)
) without rowid;
create index member_role_index_user on member_role_index (user_key);
create index member_role_index_role on member_role_index (role, scope);

create table client_index (
  key text not null primary key,
  name text not null,
  search text not null,
  suspended integer not null
) without rowid;
create index client_index_name on client_index (name, key);

create table client_owner_index (
  owner text not null,
  client_key text not null,
  primary key (owner, client_key)
) without rowid;
create index client_owner_index_client on client_owner_index (client_key);

create table family_index (
  key text not null primary key,
  client text not null,
  user_key text not null,
  session_key text,
  context text,
  started_at integer not null,
  ends_at integer not null
) without rowid;
create index family_index_client on family_index (client);
create index family_index_user on family_index (user_key);
create index family_index_session on family_index (session_key);
create index family_index_started_at on family_index (started_at, key);

-- Definitions of VREs and invitations.
create table scope_row_index (
  type text not null,
  key text not null,
  scope text not null,
  primary key (type, key)
) without rowid;
create index scope_row_index_scope on scope_row_index (type, scope, key);

-- What is inserted into this view brings the lists up to what a row says; a null document: there is no row.
create view list_refresh as select '' as type, '' as key, '' as doc where 0;

create trigger list_refresh_user instead of insert on list_refresh when new.type = 'user' begin
  delete from user_index where key = new.key and new.doc is null;
  insert into user_index (key, directory, name, search, disabled)
    select
      new.key,
      substr(new.key, 1, instr(new.key || ':', ':') - 1),
      substr(list_text(new.doc ->> '$.UserName'), 1, 200),
      list_text(new.doc ->> '$.UserName') || char(10) || list_text(new.doc ->> '$.DisplayName')
        || char(10) || list_text(new.doc ->> '$.Mail') || char(10) || list_text(new.key),
      coalesce(new.doc ->> '$.Disabled' = 1, 0)
    where new.doc is not null
    on conflict (key) do update set name = excluded.name, search = excluded.search, disabled = excluded.disabled
      where (user_index.name, user_index.search, user_index.disabled) is not (excluded.name, excluded.search, excluded.disabled);
  delete from user_session_index
    where user_key = new.key
      and session_key not in (
        select coalesce(new.doc ->> (item.fullkey || '.Key'), '') from json_each(new.doc, '$.Sessions') item where item.type = 'object');
  insert into user_session_index (session_key, user_key, address)
    select new.doc ->> (item.fullkey || '.Key'), new.key, substr(coalesce(new.doc ->> (item.fullkey || '.Address'), ''), 1, 100)
    from json_each(new.doc, '$.Sessions') item
    where item.type = 'object' and length(new.doc ->> (item.fullkey || '.Key')) <= 128
    on conflict do nothing;
end;

create trigger list_refresh_memberships instead of insert on list_refresh when new.type = 'memberships' begin
  delete from member_index
    where user_key = new.key
      and (scope, pending) not in (
        select coalesce(new.doc ->> (item.fullkey || '.Scope'), ''), 0 from json_each(new.doc, '$.Items') item where item.type = 'object'
        union all
        select coalesce(new.doc ->> (item.fullkey || '.Scope'), ''), 1 from json_each(new.doc, '$.Requests') item
        where item.type = 'object' and new.doc ->> (item.fullkey || '.RejectedAt') is null);
  insert into member_index (scope, user_key, pending, suspended, ends_at)
    select
      new.doc ->> (item.fullkey || '.Scope') as scope, new.key, 0,
      max(coalesce(new.doc ->> (item.fullkey || '.Suspended') = 1, 0)),
      case when count(*) = count(new.doc ->> (item.fullkey || '.Until')) then max(list_time(new.doc ->> (item.fullkey || '.Until'))) end
    from json_each(new.doc, '$.Items') item
    where item.type = 'object' and length(new.doc ->> (item.fullkey || '.Scope')) <= 400
    group by 1
    union all
    select distinct new.doc ->> (item.fullkey || '.Scope'), new.key, 1, 0, null
    from json_each(new.doc, '$.Requests') item
    where item.type = 'object' and length(new.doc ->> (item.fullkey || '.Scope')) <= 400
      and new.doc ->> (item.fullkey || '.RejectedAt') is null
    on conflict (scope, user_key, pending) do update set suspended = excluded.suspended, ends_at = excluded.ends_at
      where (member_index.suspended, member_index.ends_at) is not (excluded.suspended, excluded.ends_at);
  delete from member_role_index
    where user_key = new.key
      and (scope, role) not in (
        select coalesce(new.doc ->> (item.fullkey || '.Scope'), ''), coalesce(role.value, '')
        from json_each(new.doc, '$.Items') item, json_each(new.doc, item.fullkey || '.Roles') role
        where item.type = 'object' and role.type = 'text');
  insert into member_role_index (scope, user_key, role)
    select distinct new.doc ->> (item.fullkey || '.Scope'), new.key, role.value
    from json_each(new.doc, '$.Items') item, json_each(new.doc, item.fullkey || '.Roles') role
    where item.type = 'object' and role.type = 'text' and length(new.doc ->> (item.fullkey || '.Scope')) <= 400 and length(role.value) <= 128
    on conflict do nothing;
end;

create trigger list_refresh_session instead of insert on list_refresh when new.type = 'session' begin
  delete from session_index where key = new.key and new.doc is null;
  insert into session_index (key, handle, user_key, scope, scope_epoch, started_at, ends_at)
    select
      new.key,
      coalesce(new.doc ->> '$.Handle', ''),
      coalesce(new.doc ->> '$.User', ''),
      new.doc ->> '$.Scope',
      coalesce(cast(new.doc ->> '$.ScopeEpoch' as integer), 0),
      coalesce(list_time(new.doc ->> '$.StartedAt'), 0),
      coalesce(list_time(new.doc ->> '$.EndsAt'), 0)
    where new.doc is not null
    on conflict (key) do update
      set handle = excluded.handle, user_key = excluded.user_key, scope = excluded.scope, scope_epoch = excluded.scope_epoch,
        started_at = excluded.started_at, ends_at = excluded.ends_at;
end;

create trigger list_refresh_client instead of insert on list_refresh when new.type = 'oauth-client' begin
  delete from client_index where key = new.key and new.doc is null;
  insert into client_index (key, name, search, suspended)
    select
      new.key,
      substr(list_text(new.doc ->> '$.Definition.Name'), 1, 200),
      list_text(new.doc ->> '$.Definition.Name') || char(10) || list_text(substr(new.key, length('client:') + 1)),
      coalesce(new.doc ->> '$.Suspended' = 1, 0)
    where new.doc is not null
    on conflict (key) do update set name = excluded.name, search = excluded.search, suspended = excluded.suspended;
  delete from client_owner_index
    where client_key = new.key
      and owner not in (select coalesce(owner.value, '') from json_each(new.doc, '$.Owners') owner where owner.type = 'text');
  insert into client_owner_index (owner, client_key)
    select distinct owner.value, new.key from json_each(new.doc, '$.Owners') owner where owner.type = 'text' and length(owner.value) <= 1000
    on conflict do nothing;
end;

create trigger list_refresh_family instead of insert on list_refresh when new.type = 'oauth-family' begin
  delete from family_index where key = new.key and coalesce(json_type(new.doc, '$.Authorization'), '') <> 'object';
  insert into family_index (key, client, user_key, session_key, context, started_at, ends_at)
    select
      new.key,
      coalesce(new.doc ->> '$.Authorization.Client', ''),
      coalesce(new.doc ->> '$.Authorization.User', ''),
      new.doc ->> '$.Authorization.Session',
      new.doc ->> '$.Authorization.Context',
      coalesce(list_time(new.doc ->> '$.StartedAt'), 0),
      coalesce(min(list_time(new.doc ->> '$.EndsAt'), list_time(new.doc ->> '$.IdleEndsAt')), 0)
    where json_type(new.doc, '$.Authorization') = 'object'
    on conflict (key) do update
      set client = excluded.client, user_key = excluded.user_key, session_key = excluded.session_key, context = excluded.context,
        started_at = excluded.started_at, ends_at = excluded.ends_at;
end;

create trigger list_refresh_scope_row instead of insert on list_refresh when new.type in ('scope-definition', 'invitation') begin
  delete from scope_row_index where type = new.type and key = new.key and new.doc is null;
  insert into scope_row_index (type, key, scope)
    select new.type, new.key, coalesce(new.doc ->> '$.Scope', new.doc ->> '$.Path', new.key) where new.doc is not null
    on conflict (type, key) do update set scope = excluded.scope;
end;

create trigger list_follow_insert after insert on grain_state
  when new.type in ('user', 'memberships', 'session', 'oauth-client', 'oauth-family', 'scope-definition', 'invitation') begin
  insert into list_refresh (type, key, doc) values (new.type, new.key, list_doc(new.payload));
end;
create trigger list_follow_update after update of payload on grain_state
  when new.type in ('user', 'memberships', 'session', 'oauth-client', 'oauth-family', 'scope-definition', 'invitation') begin
  insert into list_refresh (type, key, doc) values (new.type, new.key, list_doc(new.payload));
end;
create trigger list_follow_delete after delete on grain_state
  when old.type in ('user', 'memberships', 'session', 'oauth-client', 'oauth-family', 'scope-definition', 'invitation') begin
  insert into list_refresh (type, key, doc) values (old.type, old.key, null);
end;

insert into list_refresh (type, key, doc)
  select type, key, list_doc(payload) from grain_state
  where type in ('user', 'memberships', 'session', 'oauth-client', 'oauth-family', 'scope-definition', 'invitation');
