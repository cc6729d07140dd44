-- Permissions of the medallion pipeline tpch
-- Run by somebody who may grant on these objects, before the first deploy.
-- Replace what stands in <angle brackets> first.

-- The catalog and the schema
CREATE CATALOG IF NOT EXISTS main COMMENT 'Made for the medallion pipeline tpch.';
CREATE SCHEMA IF NOT EXISTS main.tpch_gold COMMENT 'Bronze, silver and gold tables of the medallion pipeline tpch.';

-- The service principal <application id of the service principal>, which deploys and runs
GRANT USE CATALOG ON CATALOG main TO `<application id of the service principal>`;
GRANT CREATE SCHEMA ON CATALOG main TO `<application id of the service principal>`;
GRANT USE SCHEMA ON SCHEMA main.tpch_gold TO `<application id of the service principal>`;
GRANT CREATE TABLE ON SCHEMA main.tpch_gold TO `<application id of the service principal>`;
GRANT CREATE MATERIALIZED VIEW ON SCHEMA main.tpch_gold TO `<application id of the service principal>`;

-- The owner ada@example.com, who looks after it
GRANT USE CATALOG ON CATALOG main TO `ada@example.com`;
GRANT CREATE SCHEMA ON CATALOG main TO `ada@example.com`;
GRANT USE SCHEMA ON SCHEMA main.tpch_gold TO `ada@example.com`;
GRANT CREATE TABLE ON SCHEMA main.tpch_gold TO `ada@example.com`;
GRANT CREATE MATERIALIZED VIEW ON SCHEMA main.tpch_gold TO `ada@example.com`;

-- The readers, who may reach the schema
GRANT USE CATALOG ON CATALOG main TO `account users`;
GRANT USE SCHEMA ON SCHEMA main.tpch_gold TO `account users`;

-- To be run once the first run has made the tables
-- GRANT SELECT ON TABLE main.tpch_gold.bronze_region TO `ada@example.com`;
-- GRANT SELECT ON TABLE main.tpch_gold.silver_region TO `ada@example.com`;
-- GRANT SELECT ON TABLE main.tpch_gold.bronze_nation TO `ada@example.com`;
-- GRANT SELECT ON TABLE main.tpch_gold.silver_nation TO `ada@example.com`;
-- GRANT SELECT ON TABLE main.tpch_gold.bronze_customer TO `ada@example.com`;
-- GRANT SELECT ON TABLE main.tpch_gold.silver_customer TO `ada@example.com`;
-- GRANT SELECT ON TABLE main.tpch_gold.quarantine_customer TO `ada@example.com`;
-- GRANT SELECT ON TABLE main.tpch_gold.bronze_part TO `ada@example.com`;
-- GRANT SELECT ON TABLE main.tpch_gold.silver_part TO `ada@example.com`;
-- GRANT SELECT ON TABLE main.tpch_gold.bronze_orders TO `ada@example.com`;
-- GRANT SELECT ON TABLE main.tpch_gold.silver_orders TO `ada@example.com`;
-- GRANT SELECT ON TABLE main.tpch_gold.quarantine_orders TO `ada@example.com`;
-- GRANT SELECT ON TABLE main.tpch_gold.bronze_lineitem TO `ada@example.com`;
-- GRANT SELECT ON TABLE main.tpch_gold.silver_lineitem TO `ada@example.com`;
-- GRANT SELECT ON TABLE main.tpch_gold.quarantine_lineitem TO `ada@example.com`;
-- GRANT SELECT ON TABLE main.tpch_gold.dim_customer TO `ada@example.com`;
-- GRANT SELECT ON TABLE main.tpch_gold.dim_part TO `ada@example.com`;
-- GRANT SELECT ON TABLE main.tpch_gold.fact_orders TO `ada@example.com`;
-- GRANT SELECT ON TABLE main.tpch_gold.fact_lineitem TO `ada@example.com`;
-- GRANT SELECT ON TABLE main.tpch_gold.dim_date TO `ada@example.com`;
-- GRANT SELECT ON TABLE main.tpch_gold.row_balance TO `ada@example.com`;
-- GRANT SELECT ON TABLE main.tpch_gold.reconciliation TO `ada@example.com`;
-- GRANT SELECT ON TABLE main.tpch_gold.key_check TO `ada@example.com`;
-- GRANT SELECT ON TABLE main.tpch_gold.newest_orders TO `ada@example.com`;
-- GRANT SELECT ON TABLE main.tpch_gold.seen_customer TO `ada@example.com`;
-- GRANT SELECT ON TABLE main.tpch_gold.seen_part TO `ada@example.com`;
-- GRANT SELECT ON TABLE main.tpch_gold.date_years TO `ada@example.com`;
-- GRANT SELECT ON TABLE main.tpch_gold.year_days TO `ada@example.com`;
-- GRANT SELECT ON TABLE main.tpch_gold.unknown_row TO `ada@example.com`;
-- GRANT SELECT ON TABLE main.tpch_gold.dim_customer TO `account users`;
-- GRANT SELECT ON TABLE main.tpch_gold.dim_part TO `account users`;
-- GRANT SELECT ON TABLE main.tpch_gold.fact_orders TO `account users`;
-- GRANT SELECT ON TABLE main.tpch_gold.fact_lineitem TO `account users`;
-- GRANT SELECT ON TABLE main.tpch_gold.dim_date TO `account users`;
-- GRANT SELECT ON TABLE main.tpch_gold.row_balance TO `account users`;
-- GRANT SELECT ON TABLE main.tpch_gold.reconciliation TO `account users`;
-- GRANT SELECT ON TABLE main.tpch_gold.key_check TO `account users`;

-- Shared catalogs: everybody may read them, and a GRANT is refused
-- GRANT USE CATALOG ON CATALOG samples TO `<application id of the service principal>`;
-- GRANT USE SCHEMA ON SCHEMA samples.tpch TO `<application id of the service principal>`;
-- GRANT SELECT ON TABLE samples.tpch.region TO `<application id of the service principal>`;
-- GRANT SELECT ON TABLE samples.tpch.nation TO `<application id of the service principal>`;
-- GRANT SELECT ON TABLE samples.tpch.customer TO `<application id of the service principal>`;
-- GRANT SELECT ON TABLE samples.tpch.part TO `<application id of the service principal>`;
-- GRANT SELECT ON TABLE samples.tpch.orders TO `<application id of the service principal>`;
-- GRANT SELECT ON TABLE samples.tpch.lineitem TO `<application id of the service principal>`;
-- GRANT USE CATALOG ON CATALOG samples TO `ada@example.com`;
-- GRANT USE SCHEMA ON SCHEMA samples.tpch TO `ada@example.com`;
-- GRANT SELECT ON TABLE samples.tpch.region TO `ada@example.com`;
-- GRANT SELECT ON TABLE samples.tpch.nation TO `ada@example.com`;
-- GRANT SELECT ON TABLE samples.tpch.customer TO `ada@example.com`;
-- GRANT SELECT ON TABLE samples.tpch.part TO `ada@example.com`;
-- GRANT SELECT ON TABLE samples.tpch.orders TO `ada@example.com`;
-- GRANT SELECT ON TABLE samples.tpch.lineitem TO `ada@example.com`;
