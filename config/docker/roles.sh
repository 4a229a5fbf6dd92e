#!/bin/sh
# The database and its two roles, made once on an empty cluster by its superuser (PostgreSQL's image runs this).
# The owner makes the tables and is not bound by row-level security; the application owns nothing and is bound.
set -eu
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres \
  --set owner_password="$OWNER_PASSWORD" --set app_password="$APP_PASSWORD" <<'SQL'
CREATE ROLE trait_union_owner LOGIN NOSUPERUSER BYPASSRLS PASSWORD :'owner_password';
CREATE ROLE trait_union_app LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD :'app_password';
CREATE DATABASE trait_union OWNER trait_union_owner;
REVOKE ALL ON DATABASE trait_union FROM PUBLIC;
GRANT CONNECT ON DATABASE trait_union TO trait_union_app;
SQL
