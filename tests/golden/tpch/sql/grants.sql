-- What readers may read; sql/permissions.sql lets them reach the schema.
-- The parameters catalog and schema say where the tables are.

USE CATALOG IDENTIFIER(:catalog);
USE SCHEMA IDENTIFIER(:schema);

GRANT SELECT ON TABLE dim_customer TO `account users`;
GRANT SELECT ON TABLE dim_part TO `account users`;
GRANT SELECT ON TABLE fact_orders TO `account users`;
GRANT SELECT ON TABLE fact_lineitem TO `account users`;
GRANT SELECT ON TABLE dim_date TO `account users`;
GRANT SELECT ON TABLE row_balance TO `account users`;
GRANT SELECT ON TABLE reconciliation TO `account users`;
GRANT SELECT ON TABLE key_check TO `account users`;
