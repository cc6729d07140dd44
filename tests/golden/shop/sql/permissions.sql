-- Permissions of the medallion pipeline shop
-- Run by somebody who may grant on these objects, before the first deploy.
-- Replace what stands in <angle brackets> first.

-- The catalog and the schema
CREATE CATALOG IF NOT EXISTS main COMMENT 'Made for the medallion pipeline shop.';
CREATE SCHEMA IF NOT EXISTS main.shop_gold COMMENT 'Bronze, silver and gold tables of the medallion pipeline shop.';

-- The service principal <application id of the service principal>, which deploys and runs
GRANT USE CATALOG ON CATALOG main TO `<application id of the service principal>`;
GRANT CREATE SCHEMA ON CATALOG main TO `<application id of the service principal>`;
GRANT USE SCHEMA ON SCHEMA main.shop_gold TO `<application id of the service principal>`;
GRANT CREATE TABLE ON SCHEMA main.shop_gold TO `<application id of the service principal>`;
GRANT CREATE MATERIALIZED VIEW ON SCHEMA main.shop_gold TO `<application id of the service principal>`;
GRANT USE SCHEMA ON SCHEMA main.shop TO `<application id of the service principal>`;
GRANT SELECT ON TABLE main.shop.country TO `<application id of the service principal>`;
GRANT SELECT ON TABLE main.shop.customer TO `<application id of the service principal>`;
GRANT SELECT ON TABLE main.shop.product TO `<application id of the service principal>`;
GRANT SELECT ON TABLE main.shop.product_text TO `<application id of the service principal>`;
GRANT SELECT ON TABLE main.shop.employee TO `<application id of the service principal>`;
GRANT SELECT ON TABLE main.shop.orders TO `<application id of the service principal>`;
GRANT SELECT ON TABLE main.shop.order_line TO `<application id of the service principal>`;
GRANT SELECT ON TABLE main.shop.account_owner TO `<application id of the service principal>`;
GRANT SELECT ON TABLE main.shop.stock TO `<application id of the service principal>`;
GRANT SELECT ON TABLE main.shop.delivery TO `<application id of the service principal>`;

-- The owner <e-mail of the pipeline's owner>, who looks after it
GRANT USE CATALOG ON CATALOG main TO `<e-mail of the pipeline's owner>`;
GRANT CREATE SCHEMA ON CATALOG main TO `<e-mail of the pipeline's owner>`;
GRANT USE SCHEMA ON SCHEMA main.shop_gold TO `<e-mail of the pipeline's owner>`;
GRANT CREATE TABLE ON SCHEMA main.shop_gold TO `<e-mail of the pipeline's owner>`;
GRANT CREATE MATERIALIZED VIEW ON SCHEMA main.shop_gold TO `<e-mail of the pipeline's owner>`;
GRANT USE SCHEMA ON SCHEMA main.shop TO `<e-mail of the pipeline's owner>`;
GRANT SELECT ON TABLE main.shop.country TO `<e-mail of the pipeline's owner>`;
GRANT SELECT ON TABLE main.shop.customer TO `<e-mail of the pipeline's owner>`;
GRANT SELECT ON TABLE main.shop.product TO `<e-mail of the pipeline's owner>`;
GRANT SELECT ON TABLE main.shop.product_text TO `<e-mail of the pipeline's owner>`;
GRANT SELECT ON TABLE main.shop.employee TO `<e-mail of the pipeline's owner>`;
GRANT SELECT ON TABLE main.shop.orders TO `<e-mail of the pipeline's owner>`;
GRANT SELECT ON TABLE main.shop.order_line TO `<e-mail of the pipeline's owner>`;
GRANT SELECT ON TABLE main.shop.account_owner TO `<e-mail of the pipeline's owner>`;
GRANT SELECT ON TABLE main.shop.stock TO `<e-mail of the pipeline's owner>`;
GRANT SELECT ON TABLE main.shop.delivery TO `<e-mail of the pipeline's owner>`;

-- The readers, who may reach the schema
GRANT USE CATALOG ON CATALOG main TO `account users`;
GRANT USE SCHEMA ON SCHEMA main.shop_gold TO `account users`;

-- To be run once the first run has made the tables
-- GRANT SELECT ON TABLE main.shop_gold.bronze_country TO `<e-mail of the pipeline's owner>`;
-- GRANT SELECT ON TABLE main.shop_gold.silver_country TO `<e-mail of the pipeline's owner>`;
-- GRANT SELECT ON TABLE main.shop_gold.bronze_customer TO `<e-mail of the pipeline's owner>`;
-- GRANT SELECT ON TABLE main.shop_gold.silver_customer TO `<e-mail of the pipeline's owner>`;
-- GRANT SELECT ON TABLE main.shop_gold.bronze_product TO `<e-mail of the pipeline's owner>`;
-- GRANT SELECT ON TABLE main.shop_gold.silver_product TO `<e-mail of the pipeline's owner>`;
-- GRANT SELECT ON TABLE main.shop_gold.quarantine_product TO `<e-mail of the pipeline's owner>`;
-- GRANT SELECT ON TABLE main.shop_gold.bronze_product_text TO `<e-mail of the pipeline's owner>`;
-- GRANT SELECT ON TABLE main.shop_gold.silver_product_text TO `<e-mail of the pipeline's owner>`;
-- GRANT SELECT ON TABLE main.shop_gold.bronze_employee TO `<e-mail of the pipeline's owner>`;
-- GRANT SELECT ON TABLE main.shop_gold.silver_employee TO `<e-mail of the pipeline's owner>`;
-- GRANT SELECT ON TABLE main.shop_gold.bronze_orders TO `<e-mail of the pipeline's owner>`;
-- GRANT SELECT ON TABLE main.shop_gold.silver_orders TO `<e-mail of the pipeline's owner>`;
-- GRANT SELECT ON TABLE main.shop_gold.bronze_order_line TO `<e-mail of the pipeline's owner>`;
-- GRANT SELECT ON TABLE main.shop_gold.silver_order_line TO `<e-mail of the pipeline's owner>`;
-- GRANT SELECT ON TABLE main.shop_gold.bronze_account_owner TO `<e-mail of the pipeline's owner>`;
-- GRANT SELECT ON TABLE main.shop_gold.silver_account_owner TO `<e-mail of the pipeline's owner>`;
-- GRANT SELECT ON TABLE main.shop_gold.bronze_stock TO `<e-mail of the pipeline's owner>`;
-- GRANT SELECT ON TABLE main.shop_gold.silver_stock TO `<e-mail of the pipeline's owner>`;
-- GRANT SELECT ON TABLE main.shop_gold.bronze_delivery TO `<e-mail of the pipeline's owner>`;
-- GRANT SELECT ON TABLE main.shop_gold.silver_delivery TO `<e-mail of the pipeline's owner>`;
-- GRANT SELECT ON TABLE main.shop_gold.dim_customer TO `<e-mail of the pipeline's owner>`;
-- GRANT SELECT ON TABLE main.shop_gold.dim_product TO `<e-mail of the pipeline's owner>`;
-- GRANT SELECT ON TABLE main.shop_gold.dim_employee TO `<e-mail of the pipeline's owner>`;
-- GRANT SELECT ON TABLE main.shop_gold.dim_order_flags TO `<e-mail of the pipeline's owner>`;
-- GRANT SELECT ON TABLE main.shop_gold.dim_account TO `<e-mail of the pipeline's owner>`;
-- GRANT SELECT ON TABLE main.shop_gold.fact_orders TO `<e-mail of the pipeline's owner>`;
-- GRANT SELECT ON TABLE main.shop_gold.fact_order_line TO `<e-mail of the pipeline's owner>`;
-- GRANT SELECT ON TABLE main.shop_gold.fact_stock TO `<e-mail of the pipeline's owner>`;
-- GRANT SELECT ON TABLE main.shop_gold.fact_delivery TO `<e-mail of the pipeline's owner>`;
-- GRANT SELECT ON TABLE main.shop_gold.bridge_account_owner TO `<e-mail of the pipeline's owner>`;
-- GRANT SELECT ON TABLE main.shop_gold.agg_order_line_by_product TO `<e-mail of the pipeline's owner>`;
-- GRANT SELECT ON TABLE main.shop_gold.agg_stock_by_product TO `<e-mail of the pipeline's owner>`;
-- GRANT SELECT ON TABLE main.shop_gold.dim_date TO `<e-mail of the pipeline's owner>`;
-- GRANT SELECT ON TABLE main.shop_gold.row_balance TO `<e-mail of the pipeline's owner>`;
-- GRANT SELECT ON TABLE main.shop_gold.reconciliation TO `<e-mail of the pipeline's owner>`;
-- GRANT SELECT ON TABLE main.shop_gold.key_check TO `<e-mail of the pipeline's owner>`;
-- GRANT SELECT ON TABLE main.shop_gold.newest_orders TO `<e-mail of the pipeline's owner>`;
-- GRANT SELECT ON TABLE main.shop_gold.newest_account_owner_by_account_id TO `<e-mail of the pipeline's owner>`;
-- GRANT SELECT ON TABLE main.shop_gold.seen_customer TO `<e-mail of the pipeline's owner>`;
-- GRANT SELECT ON TABLE main.shop_gold.seen_product TO `<e-mail of the pipeline's owner>`;
-- GRANT SELECT ON TABLE main.shop_gold.seen_order_flags TO `<e-mail of the pipeline's owner>`;
-- GRANT SELECT ON TABLE main.shop_gold.seen_account TO `<e-mail of the pipeline's owner>`;
-- GRANT SELECT ON TABLE main.shop_gold.date_years TO `<e-mail of the pipeline's owner>`;
-- GRANT SELECT ON TABLE main.shop_gold.year_days TO `<e-mail of the pipeline's owner>`;
-- GRANT SELECT ON TABLE main.shop_gold.unknown_row TO `<e-mail of the pipeline's owner>`;
-- GRANT SELECT ON TABLE main.shop_gold.dim_customer TO `account users`;
-- GRANT SELECT ON TABLE main.shop_gold.dim_product TO `account users`;
-- GRANT SELECT ON TABLE main.shop_gold.dim_employee TO `account users`;
-- GRANT SELECT ON TABLE main.shop_gold.dim_order_flags TO `account users`;
-- GRANT SELECT ON TABLE main.shop_gold.dim_account TO `account users`;
-- GRANT SELECT ON TABLE main.shop_gold.fact_orders TO `account users`;
-- GRANT SELECT ON TABLE main.shop_gold.fact_order_line TO `account users`;
-- GRANT SELECT ON TABLE main.shop_gold.fact_stock TO `account users`;
-- GRANT SELECT ON TABLE main.shop_gold.fact_delivery TO `account users`;
-- GRANT SELECT ON TABLE main.shop_gold.bridge_account_owner TO `account users`;
-- GRANT SELECT ON TABLE main.shop_gold.agg_order_line_by_product TO `account users`;
-- GRANT SELECT ON TABLE main.shop_gold.agg_stock_by_product TO `account users`;
-- GRANT SELECT ON TABLE main.shop_gold.dim_date TO `account users`;
-- GRANT SELECT ON TABLE main.shop_gold.row_balance TO `account users`;
-- GRANT SELECT ON TABLE main.shop_gold.reconciliation TO `account users`;
-- GRANT SELECT ON TABLE main.shop_gold.key_check TO `account users`;
