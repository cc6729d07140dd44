-- Each statement fails with what it says where that is not true.
-- The parameters catalog and schema say where the tables are.

USE CATALOG IDENTIFIER(:catalog);
USE SCHEMA IDENTIFIER(:schema);

SELECT assert_true(count(*) = count(DISTINCT customer_key), 'dim_customer has unique keys')
FROM dim_customer;

SELECT assert_true(count_if(customer_key = -1) = 1, 'dim_customer has its unknown member')
FROM dim_customer;

SELECT assert_true(count(*) = count(DISTINCT product_key), 'dim_product has unique keys')
FROM dim_product;

SELECT assert_true(count_if(product_key = -1) = 1, 'dim_product has its unknown member')
FROM dim_product;

SELECT assert_true(count(*) = count(DISTINCT employee_key), 'dim_employee has unique keys')
FROM dim_employee;

SELECT assert_true(count_if(employee_key = -1) = 1, 'dim_employee has its unknown member')
FROM dim_employee;

SELECT assert_true(count(*) = count(DISTINCT order_flags_key), 'dim_order_flags has unique keys')
FROM dim_order_flags;

SELECT assert_true(count_if(order_flags_key = -1) = 1, 'dim_order_flags has its unknown member')
FROM dim_order_flags;

SELECT assert_true(count(*) = count(DISTINCT account_key), 'dim_account has unique keys')
FROM dim_account;

SELECT assert_true(count_if(account_key = -1) = 1, 'dim_account has its unknown member')
FROM dim_account;

SELECT assert_true(count(*) = 0, 'every manager_key of dim_employee is in dim_employee')
FROM (SELECT manager_key FROM dim_employee EXCEPT SELECT employee_key FROM dim_employee);

SELECT assert_true(count(*) = 0, 'every customer_key of fact_orders is in dim_customer')
FROM (SELECT customer_key FROM fact_orders EXCEPT SELECT customer_key FROM dim_customer);

SELECT assert_true(count(*) = 0, 'every seller_key of fact_orders is in dim_employee')
FROM (SELECT seller_key FROM fact_orders EXCEPT SELECT employee_key FROM dim_employee);

SELECT assert_true(count(*) = 0, 'every order_flags_key of fact_orders is in dim_order_flags')
FROM (SELECT order_flags_key FROM fact_orders EXCEPT SELECT order_flags_key FROM dim_order_flags);

SELECT assert_true(count(*) = 0, 'every customer_key of fact_order_line is in dim_customer')
FROM (SELECT customer_key FROM fact_order_line EXCEPT SELECT customer_key FROM dim_customer);

SELECT assert_true(count(*) = 0, 'every product_key of fact_order_line is in dim_product')
FROM (SELECT product_key FROM fact_order_line EXCEPT SELECT product_key FROM dim_product);

SELECT assert_true(count(*) = 0, 'every product_key of fact_stock is in dim_product')
FROM (SELECT product_key FROM fact_stock EXCEPT SELECT product_key FROM dim_product);

SELECT assert_true(count(*) = 0, 'every customer_key of fact_delivery is in dim_customer')
FROM (SELECT customer_key FROM fact_delivery EXCEPT SELECT customer_key FROM dim_customer);

SELECT assert_true(count(*) = 0, 'every account_key of bridge_account_owner is in dim_account')
FROM (SELECT account_key FROM bridge_account_owner EXCEPT SELECT account_key FROM dim_account);

SELECT assert_true(count(*) = 0, 'every customer_key of bridge_account_owner is in dim_customer')
FROM (SELECT customer_key FROM bridge_account_owner EXCEPT SELECT customer_key FROM dim_customer);

SELECT assert_true(count_if(lost_rows IS DISTINCT FROM 0 OR surplus_rows IS DISTINCT FROM 0) = 0, 'every row of each entity is accounted for')
FROM VALUES ('country'), ('customer'), ('product'), ('product_text'), ('employee'), ('orders'), ('order_line'), ('account_owner'), ('stock'), ('delivery') AS expected(entity) LEFT JOIN row_balance USING (entity);

SELECT assert_true(count_if(metric NOT LIKE 'rows on %' AND difference IS DISTINCT FROM 0) = 0, 'no fact lost a row or an amount')
FROM reconciliation;

SELECT assert_true(count(*) = count(DISTINCT date_key), 'the calendar has each day once')
FROM dim_date;

SELECT assert_true(count(*) = 0, 'every order_date_key of fact_orders is in dim_date')
FROM (SELECT order_date_key FROM fact_orders EXCEPT SELECT date_key FROM dim_date);

SELECT assert_true(count(*) = 0, 'every order_date_key of fact_order_line is in dim_date')
FROM (SELECT order_date_key FROM fact_order_line EXCEPT SELECT date_key FROM dim_date);

SELECT assert_true(count(*) = 0, 'every count_date_key of fact_stock is in dim_date')
FROM (SELECT count_date_key FROM fact_stock EXCEPT SELECT date_key FROM dim_date);

SELECT assert_true(count(*) = 0, 'every order_date_key of fact_delivery is in dim_date')
FROM (SELECT order_date_key FROM fact_delivery EXCEPT SELECT date_key FROM dim_date);

SELECT assert_true(count(*) = 0, 'every pack_date_key of fact_delivery is in dim_date')
FROM (SELECT pack_date_key FROM fact_delivery EXCEPT SELECT date_key FROM dim_date);

SELECT assert_true(count(*) = 0, 'every delivery_date_key of fact_delivery is in dim_date')
FROM (SELECT delivery_date_key FROM fact_delivery EXCEPT SELECT date_key FROM dim_date);
