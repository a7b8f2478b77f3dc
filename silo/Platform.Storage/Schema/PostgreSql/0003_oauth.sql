-- Names that are used once in the cluster, hashed; kept until ends_at (milliseconds since 1970, UTC).
create table oauth_used (
  key text collate "C" not null primary key,
  ends_at bigint not null
);
create index oauth_used_ends_at on oauth_used (ends_at);
