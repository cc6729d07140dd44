-- Permissions of the medallion pipeline landing
-- Run by somebody who may grant on these objects, before the first deploy.
-- Replace what stands in <angle brackets> first.

-- The catalog and the schema
CREATE CATALOG IF NOT EXISTS main COMMENT 'Made for the medallion pipeline landing.';
CREATE SCHEMA IF NOT EXISTS main.landing_silver COMMENT 'Bronze, silver and gold tables of the medallion pipeline landing.';

-- The service principal <application id of the service principal>, which deploys and runs
GRANT USE CATALOG ON CATALOG main TO `<application id of the service principal>`;
GRANT CREATE SCHEMA ON CATALOG main TO `<application id of the service principal>`;
GRANT USE SCHEMA ON SCHEMA main.landing_silver TO `<application id of the service principal>`;
GRANT CREATE TABLE ON SCHEMA main.landing_silver TO `<application id of the service principal>`;
GRANT CREATE MATERIALIZED VIEW ON SCHEMA main.landing_silver TO `<application id of the service principal>`;
GRANT USE SCHEMA ON SCHEMA main.landing TO `<application id of the service principal>`;
GRANT READ VOLUME ON VOLUME main.landing.files TO `<application id of the service principal>`;
GRANT USE SCHEMA ON SCHEMA main.crm TO `<application id of the service principal>`;
GRANT SELECT ON TABLE main.crm.accounts_emea TO `<application id of the service principal>`;
GRANT SELECT ON TABLE main.crm.accounts_apac TO `<application id of the service principal>`;
GRANT USE SCHEMA ON SCHEMA main.hr TO `<application id of the service principal>`;
GRANT SELECT ON TABLE main.hr.staff TO `<application id of the service principal>`;
GRANT USE SCHEMA ON SCHEMA main.iot TO `<application id of the service principal>`;
GRANT SELECT ON TABLE main.iot.devices TO `<application id of the service principal>`;

-- The owner <e-mail of the pipeline's owner>, who looks after it
GRANT USE CATALOG ON CATALOG main TO `<e-mail of the pipeline's owner>`;
GRANT CREATE SCHEMA ON CATALOG main TO `<e-mail of the pipeline's owner>`;
GRANT USE SCHEMA ON SCHEMA main.landing_silver TO `<e-mail of the pipeline's owner>`;
GRANT CREATE TABLE ON SCHEMA main.landing_silver TO `<e-mail of the pipeline's owner>`;
GRANT CREATE MATERIALIZED VIEW ON SCHEMA main.landing_silver TO `<e-mail of the pipeline's owner>`;
GRANT USE SCHEMA ON SCHEMA main.landing TO `<e-mail of the pipeline's owner>`;
GRANT READ VOLUME ON VOLUME main.landing.files TO `<e-mail of the pipeline's owner>`;
GRANT USE SCHEMA ON SCHEMA main.crm TO `<e-mail of the pipeline's owner>`;
GRANT SELECT ON TABLE main.crm.accounts_emea TO `<e-mail of the pipeline's owner>`;
GRANT SELECT ON TABLE main.crm.accounts_apac TO `<e-mail of the pipeline's owner>`;
GRANT USE SCHEMA ON SCHEMA main.hr TO `<e-mail of the pipeline's owner>`;
GRANT SELECT ON TABLE main.hr.staff TO `<e-mail of the pipeline's owner>`;
GRANT USE SCHEMA ON SCHEMA main.iot TO `<e-mail of the pipeline's owner>`;
GRANT SELECT ON TABLE main.iot.devices TO `<e-mail of the pipeline's owner>`;

-- Not to be granted by SQL
-- The secret scope kafka needs the permission READ for <application id of the service principal>.

-- To be run once the first run has made the tables
-- GRANT SELECT ON TABLE main.landing_silver.bronze_events TO `<e-mail of the pipeline's owner>`;
-- GRANT SELECT ON TABLE main.landing_silver.silver_events TO `<e-mail of the pipeline's owner>`;
-- GRANT SELECT ON TABLE main.landing_silver.quarantine_events TO `<e-mail of the pipeline's owner>`;
-- GRANT SELECT ON TABLE main.landing_silver.bronze_accounts TO `<e-mail of the pipeline's owner>`;
-- GRANT SELECT ON TABLE main.landing_silver.silver_accounts TO `<e-mail of the pipeline's owner>`;
-- GRANT SELECT ON TABLE main.landing_silver.bronze_prices TO `<e-mail of the pipeline's owner>`;
-- GRANT SELECT ON TABLE main.landing_silver.silver_prices TO `<e-mail of the pipeline's owner>`;
-- GRANT SELECT ON TABLE main.landing_silver.bronze_staff TO `<e-mail of the pipeline's owner>`;
-- GRANT SELECT ON TABLE main.landing_silver.silver_staff TO `<e-mail of the pipeline's owner>`;
-- GRANT SELECT ON TABLE main.landing_silver.bronze_clicks TO `<e-mail of the pipeline's owner>`;
-- GRANT SELECT ON TABLE main.landing_silver.silver_clicks TO `<e-mail of the pipeline's owner>`;
-- GRANT SELECT ON TABLE main.landing_silver.bronze_readings TO `<e-mail of the pipeline's owner>`;
-- GRANT SELECT ON TABLE main.landing_silver.silver_readings TO `<e-mail of the pipeline's owner>`;
-- GRANT SELECT ON TABLE main.landing_silver.bronze_notes TO `<e-mail of the pipeline's owner>`;
-- GRANT SELECT ON TABLE main.landing_silver.silver_notes TO `<e-mail of the pipeline's owner>`;
-- GRANT SELECT ON TABLE main.landing_silver.bronze_taps TO `<e-mail of the pipeline's owner>`;
-- GRANT SELECT ON TABLE main.landing_silver.silver_taps TO `<e-mail of the pipeline's owner>`;
-- GRANT SELECT ON TABLE main.landing_silver.bronze_devices TO `<e-mail of the pipeline's owner>`;
-- GRANT SELECT ON TABLE main.landing_silver.silver_devices TO `<e-mail of the pipeline's owner>`;
-- GRANT SELECT ON TABLE main.landing_silver.row_balance TO `<e-mail of the pipeline's owner>`;
