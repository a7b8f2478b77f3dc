-- Names that are used once, hashed; kept until ends_at (milliseconds since 1970, UTC). There is no 0002: it is PostgreSQL's alone.
create table oauth_used (
  key text not null primary key,
  ends_at integer not null
) without rowid;
create index oauth_used_ends_at on oauth_used (ends_at);
