MERGE INTO oxbow.shop.orders o
USING (SELECT 31L AS order_id UNION ALL SELECT 32L) returned
ON o.order_id = returned.order_id
WHEN MATCHED AND o.amount = 0.25 THEN DELETE
WHEN MATCHED THEN UPDATE SET amount = -o.amount
