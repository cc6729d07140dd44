-- Each statement fails with what it says where that is not true.
-- The parameters catalog and schema say where the tables are.

USE CATALOG IDENTIFIER(:catalog);
USE SCHEMA IDENTIFIER(:schema);
