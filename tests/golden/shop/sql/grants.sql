-- What readers may read; sql/permissions.sql lets them reach the schema.
-- The parameters catalog and schema say where the tables are.

USE CATALOG IDENTIFIER(:catalog);
USE SCHEMA IDENTIFIER(:schema);

GRANT SELECT ON TABLE dim_customer TO `account users`;
GRANT SELECT ON TABLE dim_product TO `account users`;
GRANT SELECT ON TABLE dim_employee TO `account users`;
GRANT SELECT ON TABLE dim_order_flags TO `account users`;
GRANT SELECT ON TABLE dim_account TO `account users`;
GRANT SELECT ON TABLE fact_orders TO `account users`;
GRANT SELECT ON TABLE fact_order_line TO `account users`;
GRANT SELECT ON TABLE fact_stock TO `account users`;
GRANT SELECT ON TABLE fact_delivery TO `account users`;
GRANT SELECT ON TABLE bridge_account_owner TO `account users`;
GRANT SELECT ON TABLE agg_order_line_by_product TO `account users`;
GRANT SELECT ON TABLE agg_stock_by_product TO `account users`;
GRANT SELECT ON TABLE dim_date TO `account users`;
GRANT SELECT ON TABLE row_balance TO `account users`;
GRANT SELECT ON TABLE reconciliation TO `account users`;
GRANT SELECT ON TABLE key_check TO `account users`;
