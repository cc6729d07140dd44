-- Each statement fails with what it says where that is not true.
-- The parameters catalog and schema say where the tables are.

USE CATALOG IDENTIFIER(:catalog);
USE SCHEMA IDENTIFIER(:schema);

SELECT assert_true(count(*) = count(DISTINCT customer_key), 'dim_customer has unique keys')
FROM dim_customer;

SELECT assert_true(count_if(customer_key = -1) = 1, 'dim_customer has its unknown member')
FROM dim_customer;

SELECT assert_true(count(*) = count(DISTINCT part_key), 'dim_part has unique keys')
FROM dim_part;

SELECT assert_true(count_if(part_key = -1) = 1, 'dim_part has its unknown member')
FROM dim_part;

SELECT assert_true(count(*) = 0, 'every customer_key of fact_orders is in dim_customer')
FROM (SELECT customer_key FROM fact_orders EXCEPT SELECT customer_key FROM dim_customer);

SELECT assert_true(count(*) = 0, 'every customer_key of fact_lineitem is in dim_customer')
FROM (SELECT customer_key FROM fact_lineitem EXCEPT SELECT customer_key FROM dim_customer);

SELECT assert_true(count(*) = 0, 'every part_key of fact_lineitem is in dim_part')
FROM (SELECT part_key FROM fact_lineitem EXCEPT SELECT part_key FROM dim_part);

SELECT assert_true(count_if(lost_rows IS DISTINCT FROM 0 OR surplus_rows IS DISTINCT FROM 0) = 0, 'every row of each entity is accounted for')
FROM VALUES ('region'), ('nation'), ('customer'), ('part'), ('orders'), ('lineitem') AS expected(entity) LEFT JOIN row_balance USING (entity);

SELECT assert_true(count_if(metric NOT LIKE 'rows on %' AND difference IS DISTINCT FROM 0) = 0, 'no fact lost a row or an amount')
FROM reconciliation;

SELECT assert_true(count(*) = count(DISTINCT date_key), 'the calendar has each day once')
FROM dim_date;

SELECT assert_true(count(*) = 0, 'every order_date_key of fact_orders is in dim_date')
FROM (SELECT order_date_key FROM fact_orders EXCEPT SELECT date_key FROM dim_date);

SELECT assert_true(count(*) = 0, 'every order_date_key of fact_lineitem is in dim_date')
FROM (SELECT order_date_key FROM fact_lineitem EXCEPT SELECT date_key FROM dim_date);

SELECT assert_true(count(*) = 0, 'every ship_date_key of fact_lineitem is in dim_date')
FROM (SELECT ship_date_key FROM fact_lineitem EXCEPT SELECT date_key FROM dim_date);

SELECT assert_true(count(*) = 0, 'every receipt_date_key of fact_lineitem is in dim_date')
FROM (SELECT receipt_date_key FROM fact_lineitem EXCEPT SELECT date_key FROM dim_date);
