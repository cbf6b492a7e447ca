-- Who may do what in the database. Run it as a superuser, once before the first migration and
-- again whenever this file changes; it may be run any number of times:
--
--   createdb --encoding UTF8 --template template0 --locale-provider builtin \
--       --builtin-locale C.UTF-8 --locale C.UTF-8 backoffice
--   psql --dbname backoffice --file backoffice/postgres/roles.sql
--
-- Then give each role that signs in its password (\password console …). What differs for single
-- tables is granted and revoked by the migrations that make them.

-- roles
-- owner migrates; console is the web application; console_ro reads replicas; reports reads the
-- views it is given; product stands for the customer-facing service; importer is a member of
-- product and the only one whose claimed times are believed.
DO $$
DECLARE
    a_role text;
BEGIN
    FOREACH a_role IN ARRAY ARRAY['owner', 'console', 'console_ro', 'reports', 'product', 'importer'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = a_role) THEN
            EXECUTE format('CREATE ROLE %I', a_role);
        END IF;
        EXECUTE format(
            'ALTER ROLE %I LOGIN INHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS',
            a_role);
    END LOOP;
END $$;
GRANT product TO importer WITH INHERIT TRUE, SET TRUE;

-- limits
-- Kept by the server, so that a client that forgets its own limits still has some.
ALTER ROLE console SET statement_timeout = '60s';
ALTER ROLE console SET idle_in_transaction_session_timeout = '5min';
ALTER ROLE console_ro SET default_transaction_read_only = on;
ALTER ROLE console_ro SET statement_timeout = '15s';
ALTER ROLE console_ro SET idle_in_transaction_session_timeout = '1min';
ALTER ROLE reports SET default_transaction_read_only = on;
ALTER ROLE reports SET statement_timeout = '60s';
ALTER ROLE reports SET idle_in_transaction_session_timeout = '1min';

-- database
-- The owner owns it, the others may connect; nobody else makes objects, temporary ones included,
-- which could stand in for a table inside a function of the owner.
DO $$
BEGIN
    EXECUTE format('ALTER DATABASE %I OWNER TO owner', current_database());
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format(
        'GRANT CONNECT ON DATABASE %I TO console, console_ro, reports, product, importer',
        current_database());
END $$;
REVOKE CREATE ON SCHEMA public FROM PUBLIC, console, console_ro, reports, product, importer;
GRANT USAGE ON SCHEMA public TO console, console_ro, reports, product, importer;

-- tables
-- What holds for every table that the owner makes from now on; nothing for product and reports.
ALTER DEFAULT PRIVILEGES FOR ROLE owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO console;
ALTER DEFAULT PRIVILEGES FOR ROLE owner IN SCHEMA public GRANT SELECT ON TABLES TO console_ro;
ALTER DEFAULT PRIVILEGES FOR ROLE owner IN SCHEMA public GRANT USAGE ON SEQUENCES TO console;

-- extension
-- Search by any part of a text, in any language.
CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public;
