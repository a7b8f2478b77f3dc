-- What Microsoft Orleans' ADO.NET providers ask for: the statements of their contract (table OrleansQuery, one row a statement, with
-- their names for parameters and columns), and the tables of their clustering and reminders. Grain state lies in grain_state, the same
-- rows that the embedded engine uses: the state's name is the type, and the grain's key, which reaches these statements as the key
-- extension, is the key. One database holds one service, so ServiceId plays no part in it.

create table OrleansQuery (
  QueryKey varchar(64) not null primary key,
  QueryText text not null
);

create table orleans_membership_version (
  deployment_id text collate "C" not null primary key,
  version integer not null
);

create table orleans_membership (
  deployment_id text collate "C" not null references orleans_membership_version,
  address text collate "C" not null,
  port integer not null,
  generation integer not null,
  silo_name text not null,
  host_name text not null,
  status integer not null,
  proxy_port integer not null,
  suspect_times text,
  start_time timestamptz not null,
  i_am_alive_time timestamptz not null,
  primary key (deployment_id, address, port, generation)
);

create table orleans_reminder (
  service_id text collate "C" not null,
  grain_id text collate "C" not null,
  name text collate "C" not null,
  start_time timestamptz not null,
  period bigint not null,
  grain_hash integer not null,
  version integer not null,
  primary key (service_id, grain_id, name)
);
create index orleans_reminder_hash on orleans_reminder (service_id, grain_hash);

-- Grain state. A conflict answers no row; a row that is deleted answers a version unlike its own.
insert into OrleansQuery (QueryKey, QueryText) values
('ReadFromStorageKey', $query$
  select payload as PayloadBinary, version as Version from grain_state where type = @GrainTypeString and key = @GrainIdExtensionString
$query$),
('WriteToStorageKey', $query$
  with updated as (
    update grain_state set version = grain_state_next_version(version), payload = @PayloadBinary
    where type = @GrainTypeString and key = @GrainIdExtensionString and version = @GrainStateVersion
    returning version
  ), inserted as (
    insert into grain_state (type, key, version, payload)
    select @GrainTypeString, @GrainIdExtensionString, grain_state_first_version(), @PayloadBinary where @GrainStateVersion is null
    on conflict do nothing
    returning version
  )
  select version as NewGrainStateVersion from updated union all select version from inserted
$query$),
('ClearStorageKey', $query$
  delete from grain_state where type = @GrainTypeString and key = @GrainIdExtensionString and version = @GrainStateVersion
  returning grain_state_next_version(version)
$query$),
('DeleteStorageKey', $query$
  delete from grain_state where type = @GrainTypeString and key = @GrainIdExtensionString and version = @GrainStateVersion
  returning grain_state_next_version(version)
$query$);

-- Clustering. Who changes the table names the version that they saw; the row of the version is locked first, so one of two wins.
insert into OrleansQuery (QueryKey, QueryText) values
('GatewaysQueryKey', $query$
  select address as Address, proxy_port as ProxyPort, generation as Generation from orleans_membership
  where deployment_id = @DeploymentId and status = @Status and proxy_port > 0
$query$),
('MembershipReadRowKey', $query$
  select v.version as Version, m.address as Address, m.port as Port, m.generation as Generation, m.silo_name as SiloName,
    m.host_name as HostName, m.status as Status, m.proxy_port as ProxyPort, m.suspect_times as SuspectTimes,
    m.start_time as StartTime, m.i_am_alive_time as IAmAliveTime
  from orleans_membership_version v
  left join orleans_membership m
    on m.deployment_id = v.deployment_id and m.address = @Address and m.port = @Port and m.generation = @Generation
  where v.deployment_id = @DeploymentId
$query$),
('MembershipReadAllKey', $query$
  select v.version as Version, m.address as Address, m.port as Port, m.generation as Generation, m.silo_name as SiloName,
    m.host_name as HostName, m.status as Status, m.proxy_port as ProxyPort, m.suspect_times as SuspectTimes,
    m.start_time as StartTime, m.i_am_alive_time as IAmAliveTime
  from orleans_membership_version v
  left join orleans_membership m on m.deployment_id = v.deployment_id
  where v.deployment_id = @DeploymentId
$query$),
('InsertMembershipVersionKey', $query$
  with inserted as (
    insert into orleans_membership_version (deployment_id, version) values (@DeploymentId, 0) on conflict do nothing returning 1
  )
  select exists (select from inserted)
$query$),
('UpdateIAmAlivetimeKey', $query$
  update orleans_membership set i_am_alive_time = @IAmAliveTime
  where deployment_id = @DeploymentId and address = @Address and port = @Port and generation = @Generation
$query$),
('InsertMembershipKey', $query$
  with bumped as (
    update orleans_membership_version v set version = v.version + 1
    where v.deployment_id = @DeploymentId and v.version = @Version
      and not exists (
        select from orleans_membership m
        where m.deployment_id = @DeploymentId and m.address = @Address and m.port = @Port and m.generation = @Generation)
    returning v.deployment_id
  ), inserted as (
    insert into orleans_membership
      (deployment_id, address, port, generation, silo_name, host_name, status, proxy_port, start_time, i_am_alive_time)
    select deployment_id, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime from bumped
    returning 1
  )
  select exists (select from inserted)
$query$),
('UpdateMembershipKey', $query$
  with bumped as (
    update orleans_membership_version v set version = v.version + 1
    where v.deployment_id = @DeploymentId and v.version = @Version
      and exists (
        select from orleans_membership m
        where m.deployment_id = @DeploymentId and m.address = @Address and m.port = @Port and m.generation = @Generation)
    returning v.deployment_id
  ), updated as (
    update orleans_membership m set status = @Status, suspect_times = @SuspectTimes, i_am_alive_time = @IAmAliveTime
    from bumped
    where m.deployment_id = bumped.deployment_id and m.address = @Address and m.port = @Port and m.generation = @Generation
    returning 1
  )
  select exists (select from updated)
$query$),
('DeleteMembershipTableEntriesKey', $query$
  delete from orleans_membership where deployment_id = @DeploymentId;
  delete from orleans_membership_version where deployment_id = @DeploymentId
$query$),
('CleanupDefunctSiloEntriesKey', $query$
  delete from orleans_membership where deployment_id = @DeploymentId and i_am_alive_time < @IAmAliveTime and status <> 3
$query$),
('CleanupDefunctSiloEntryKey', $query$
  delete from orleans_membership
  where deployment_id = @DeploymentId and address = @Address and port = @Port and generation = @Generation and status = 6
    and start_time = @StartTime and i_am_alive_time = @IAmAliveTime and coalesce(suspect_times, '') = coalesce(@SuspectTimes, '')
$query$);

-- Reminders. A range of the ring begins after its first hash and ends with its last one.
insert into OrleansQuery (QueryKey, QueryText) values
('ReadReminderRowsKey', $query$
  select grain_id as GrainId, name as ReminderName, start_time as StartTime, period as Period, version as Version
  from orleans_reminder where service_id = @ServiceId and grain_id = @GrainId
$query$),
('ReadReminderRowKey', $query$
  select grain_id as GrainId, name as ReminderName, start_time as StartTime, period as Period, version as Version
  from orleans_reminder where service_id = @ServiceId and grain_id = @GrainId and name = @ReminderName
$query$),
('ReadRangeRows1Key', $query$
  select grain_id as GrainId, name as ReminderName, start_time as StartTime, period as Period, version as Version
  from orleans_reminder where service_id = @ServiceId and grain_hash > @BeginHash and grain_hash <= @EndHash
$query$),
('ReadRangeRows2Key', $query$
  select grain_id as GrainId, name as ReminderName, start_time as StartTime, period as Period, version as Version
  from orleans_reminder where service_id = @ServiceId and (grain_hash > @BeginHash or grain_hash <= @EndHash)
$query$),
('UpsertReminderRowKey', $query$
  insert into orleans_reminder (service_id, grain_id, name, start_time, period, grain_hash, version)
  values (@ServiceId, @GrainId, @ReminderName, @StartTime, @Period, @GrainHash, 0)
  on conflict (service_id, grain_id, name) do update
    set start_time = excluded.start_time, period = excluded.period, grain_hash = excluded.grain_hash, version = orleans_reminder.version + 1
  returning version as Version
$query$),
('DeleteReminderRowKey', $query$
  with deleted as (
    delete from orleans_reminder
    where service_id = @ServiceId and grain_id = @GrainId and name = @ReminderName and version = @Version
    returning 1
  )
  select exists (select from deleted)
$query$),
('DeleteReminderRowsKey', $query$
  delete from orleans_reminder where service_id = @ServiceId
$query$);
