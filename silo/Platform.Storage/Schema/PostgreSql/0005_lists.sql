-- What lists and searches look through: a few columns of some rows of grain_state, kept by a trigger in the transaction that writes the row,
-- whoever writes it. Nothing but lists reads them, and what a list shows comes from the row itself. A row that cannot be read is in no list;
-- it never keeps a write from happening. Keys, scopes and names that are longer than any real one are left out, so that all fit an index.

create table user_index (
  key text collate "C" not null primary key,
  directory text collate "C" not null,
  name text collate "C" not null,
  search text collate "C" not null,
  disabled boolean not null
);
create index user_index_name on user_index (name, key);

-- The sessions that users list, whether their own rows are still there or not.
create table user_session_index (
  session_key text collate "C" not null,
  user_key text collate "C" not null,
  address text collate "C" not null,
  primary key (session_key, user_key)
);
create index user_session_index_user on user_session_index (user_key);
create index user_session_index_address on user_session_index (address);

create table session_index (
  key text collate "C" not null primary key,
  handle text collate "C" not null,
  user_key text collate "C" not null,
  scope text collate "C",
  scope_epoch bigint not null,
  started_at bigint not null,
  ends_at bigint not null
);
create index session_index_handle on session_index (handle);
create index session_index_user on session_index (user_key);
create index session_index_scope on session_index (scope);
create index session_index_started_at on session_index (started_at, key);

-- One row for each scope that a user is a member of, or asks to become one (pending). It ends when nothing gives the membership any more.
create table member_index (
  scope text collate "C" not null,
  user_key text collate "C" not null,
  pending boolean not null,
  suspended boolean not null,
  ends_at bigint,
  primary key (scope, user_key, pending)
);
create index member_index_user on member_index (user_key);
create index member_index_ends_at on member_index (ends_at) where ends_at is not null;

create table member_role_index (
  scope text collate "C" not null,
  user_key text collate "C" not null,
  role text collate "C" not null,
  primary key (scope, user_key, role)
);
create index member_role_index_user on member_role_index (user_key);
create index member_role_index_role on member_role_index (role, scope);

create table client_index (
  key text collate "C" not null primary key,
  name text collate "C" not null,
  search text collate "C" not null,
  suspended boolean not null
);
create index client_index_name on client_index (name, key);

create table client_owner_index (
  owner text collate "C" not null,
  client_key text collate "C" not null,
  primary key (owner, client_key)
);
create index client_owner_index_client on client_owner_index (client_key);

create table family_index (
  key text collate "C" not null primary key,
  client text collate "C" not null,
  user_key text collate "C" not null,
  session_key text collate "C",
  context text collate "C",
  started_at bigint not null,
  ends_at bigint not null
);
create index family_index_client on family_index (client);
create index family_index_user on family_index (user_key);
create index family_index_session on family_index (session_key);
create index family_index_started_at on family_index (started_at, key);

-- Definitions of VREs and invitations.
create table scope_row_index (
  type text collate "C" not null,
  key text collate "C" not null,
  scope text collate "C" not null,
  primary key (type, key)
);
create index scope_row_index_scope on scope_row_index (type, scope, key);

-- State as JSON; null where it is none. jsonb takes no zero character, which state may hold.
create function list_json(payload bytea) returns jsonb
  language plpgsql immutable as $$
begin
  return convert_from(payload, 'UTF8')::jsonb;
exception when others then
  begin
    return regexp_replace(convert_from(payload, 'UTF8'), '(?<!\\)((?:\\\\)*)\\u0000', '\1\\ufffd', 'g')::jsonb;
  exception when others then
    return null;
  end;
end $$;

create function list_array(value jsonb) returns jsonb
  language sql immutable
  return case jsonb_typeof(value) when 'array' then value else '[]'::jsonb end;

-- A time as milliseconds since 1970; null where it is none.
create function list_time(value text) returns bigint
  language plpgsql stable as $$
begin
  return case when value is null then null else floor(extract(epoch from value::timestamptz) * 1000)::bigint end;
exception when others then
  return null;
end $$;

create function list_number(value text) returns bigint
  language plpgsql immutable as $$
begin
  return coalesce(value::bigint, 0);
exception when others then
  return 0;
end $$;

-- Text in the form in which it is searched and sorted: Unicode NFKC, lower-case, whatever the database's locale.
create function list_text(value text) returns text
  language plpgsql immutable as $$
declare
  cut text := left(coalesce(value, ''), 1000);
begin
  if cut !~ '[^\x01-\x7f]' then
    return lower(cut collate "C");
  end if;
  begin
    return replace(lower(normalize(cut, nfkc) collate "und-x-icu"), U&'\03C2', U&'\03C3');
  exception when others then
    -- Another encoding than UTF-8, or a server without ICU.
    return lower(cut);
  end;
end $$;

create function list_refresh_user(user_row text, doc jsonb) returns void
  language plpgsql as $$
declare
  sessions jsonb := list_array(doc -> 'Sessions');
begin
  insert into user_index as present (key, directory, name, search, disabled)
    values (
      user_row,
      split_part(user_row, ':', 1),
      left(list_text(doc ->> 'UserName'), 200),
      concat_ws(E'\n', list_text(doc ->> 'UserName'), list_text(doc ->> 'DisplayName'), list_text(doc ->> 'Mail'), list_text(user_row)),
      coalesce(doc ->> 'Disabled' = 'true', false))
    on conflict (key) do update set name = excluded.name, search = excluded.search, disabled = excluded.disabled
      where (present.name, present.search, present.disabled) is distinct from (excluded.name, excluded.search, excluded.disabled);
  delete from user_session_index
    where user_key = user_row and session_key not in (select coalesce(item ->> 'Key', '') from jsonb_array_elements(sessions) item);
  insert into user_session_index (session_key, user_key, address)
    select item ->> 'Key', user_row, left(coalesce(item ->> 'Address', ''), 100) from jsonb_array_elements(sessions) item
    where octet_length(item ->> 'Key') <= 128
    on conflict do nothing;
end $$;

create function list_refresh_memberships(user_row text, doc jsonb) returns void
  language plpgsql as $$
begin
  with present as (
    select item ->> 'Scope' as scope, false as pending, bool_or(coalesce(item ->> 'Suspended' = 'true', false)) as suspended,
      case when count(*) = count(item ->> 'Until') then max(list_time(item ->> 'Until')) end as ends_at
    from jsonb_array_elements(list_array(doc -> 'Items')) item
    where octet_length(item ->> 'Scope') <= 400
    group by 1
    union all
    select distinct item ->> 'Scope', true, false, null::bigint
    from jsonb_array_elements(list_array(doc -> 'Requests')) item
    where octet_length(item ->> 'Scope') <= 400 and item ->> 'RejectedAt' is null
  ), gone as (
    delete from member_index was
    where was.user_key = user_row
      and not exists (select from present where present.scope = was.scope and present.pending = was.pending)
  )
  insert into member_index as was (scope, user_key, pending, suspended, ends_at)
    select scope, user_row, pending, suspended, ends_at from present
    on conflict (scope, user_key, pending) do update set suspended = excluded.suspended, ends_at = excluded.ends_at
      where (was.suspended, was.ends_at) is distinct from (excluded.suspended, excluded.ends_at);

  with present as (
    select distinct item ->> 'Scope' as scope, role
    from jsonb_array_elements(list_array(doc -> 'Items')) item, jsonb_array_elements_text(list_array(item -> 'Roles')) role
    where octet_length(item ->> 'Scope') <= 400 and octet_length(role) <= 128
  ), gone as (
    delete from member_role_index was
    where was.user_key = user_row and not exists (select from present where present.scope = was.scope and present.role = was.role)
  )
  insert into member_role_index (scope, user_key, role) select scope, user_row, role from present on conflict do nothing;
end $$;

create function list_refresh_session(session_row text, doc jsonb) returns void
  language sql as $$
  insert into session_index (key, handle, user_key, scope, scope_epoch, started_at, ends_at)
    values (
      session_row,
      left(coalesce(doc ->> 'Handle', ''), 128),
      left(coalesce(doc ->> 'User', ''), 1000),
      left(doc ->> 'Scope', 400),
      list_number(doc ->> 'ScopeEpoch'),
      coalesce(list_time(doc ->> 'StartedAt'), 0),
      coalesce(list_time(doc ->> 'EndsAt'), 0))
    on conflict (key) do update
      set handle = excluded.handle, user_key = excluded.user_key, scope = excluded.scope, scope_epoch = excluded.scope_epoch,
        started_at = excluded.started_at, ends_at = excluded.ends_at;
$$;

create function list_refresh_client(client_row text, doc jsonb) returns void
  language plpgsql as $$
declare
  owners jsonb := list_array(doc -> 'Owners');
begin
  insert into client_index (key, name, search, suspended)
    values (
      client_row,
      left(list_text(doc -> 'Definition' ->> 'Name'), 200),
      concat_ws(E'\n', list_text(doc -> 'Definition' ->> 'Name'), list_text(substr(client_row, length('client:') + 1))),
      coalesce(doc ->> 'Suspended' = 'true', false))
    on conflict (key) do update set name = excluded.name, search = excluded.search, suspended = excluded.suspended;
  delete from client_owner_index
    where client_key = client_row and owner not in (select jsonb_array_elements_text(owners));
  insert into client_owner_index (owner, client_key)
    select owner, client_row from jsonb_array_elements_text(owners) owner where octet_length(owner) <= 1000
    on conflict do nothing;
end $$;

create function list_refresh_family(family_row text, doc jsonb) returns void
  language sql as $$
  delete from family_index where key = family_row and jsonb_typeof(doc -> 'Authorization') is distinct from 'object';
  insert into family_index (key, client, user_key, session_key, context, started_at, ends_at)
    select
      family_row,
      left(coalesce(doc -> 'Authorization' ->> 'Client', ''), 128),
      left(coalesce(doc -> 'Authorization' ->> 'User', ''), 1000),
      left(doc -> 'Authorization' ->> 'Session', 128),
      left(doc -> 'Authorization' ->> 'Context', 400),
      coalesce(list_time(doc ->> 'StartedAt'), 0),
      coalesce(least(list_time(doc ->> 'EndsAt'), list_time(doc ->> 'IdleEndsAt')), 0)
    where jsonb_typeof(doc -> 'Authorization') = 'object'
    on conflict (key) do update
      set client = excluded.client, user_key = excluded.user_key, session_key = excluded.session_key, context = excluded.context,
        started_at = excluded.started_at, ends_at = excluded.ends_at;
$$;

-- Brings the lists up to what a row says; a null payload, or one that cannot be read: there is no row.
create function list_refresh(row_type text, row_key text, row_payload bytea) returns void
  language plpgsql as $$
declare
  doc jsonb := case when row_payload is null or octet_length(row_key) > 1000 then null else list_json(row_payload) end;
begin
  if jsonb_typeof(doc) is distinct from 'object' then
    case row_type
      when 'user' then
        delete from user_index where key = row_key;
        delete from user_session_index where user_key = row_key;
      when 'memberships' then
        delete from member_index where user_key = row_key;
        delete from member_role_index where user_key = row_key;
      when 'session' then
        delete from session_index where key = row_key;
      when 'oauth-client' then
        delete from client_index where key = row_key;
        delete from client_owner_index where client_key = row_key;
      when 'oauth-family' then
        delete from family_index where key = row_key;
      else
        delete from scope_row_index where type = row_type and key = row_key;
    end case;
    return;
  end if;

  case row_type
    when 'user' then perform list_refresh_user(row_key, doc);
    when 'memberships' then perform list_refresh_memberships(row_key, doc);
    when 'session' then perform list_refresh_session(row_key, doc);
    when 'oauth-client' then perform list_refresh_client(row_key, doc);
    when 'oauth-family' then perform list_refresh_family(row_key, doc);
    else
      insert into scope_row_index (type, key, scope)
        values (row_type, row_key, left(coalesce(doc ->> 'Scope', doc ->> 'Path', row_key), 400))
        on conflict (type, key) do update set scope = excluded.scope;
  end case;
end $$;

create function list_follow() returns trigger
  language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    perform list_refresh(old.type, old.key, null);
  else
    perform list_refresh(new.type, new.key, new.payload);
  end if;
  return null;
end $$;

create trigger list_follow_insert after insert on grain_state for each row
  when (new.type in ('user', 'memberships', 'session', 'oauth-client', 'oauth-family', 'scope-definition', 'invitation'))
  execute function list_follow();
create trigger list_follow_update after update of payload on grain_state for each row
  when (new.type in ('user', 'memberships', 'session', 'oauth-client', 'oauth-family', 'scope-definition', 'invitation'))
  execute function list_follow();
create trigger list_follow_delete after delete on grain_state for each row
  when (old.type in ('user', 'memberships', 'session', 'oauth-client', 'oauth-family', 'scope-definition', 'invitation'))
  execute function list_follow();

select list_refresh(type, key, payload) from grain_state
where type in ('user', 'memberships', 'session', 'oauth-client', 'oauth-family', 'scope-definition', 'invitation');
