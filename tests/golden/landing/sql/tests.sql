-- Each statement fails with what it says where that is not true.
-- The parameters catalog and schema say where the tables are.

USE CATALOG IDENTIFIER(:catalog);
USE SCHEMA IDENTIFIER(:schema);

SELECT assert_true(count_if(lost_rows IS DISTINCT FROM 0 OR surplus_rows IS DISTINCT FROM 0) = 0, 'every row of each entity is accounted for')
FROM VALUES ('events'), ('accounts'), ('prices'), ('staff'), ('clicks'), ('readings'), ('notes'), ('taps'), ('devices') AS expected(entity) LEFT JOIN row_balance USING (entity);
