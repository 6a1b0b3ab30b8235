DELETE FROM oxbow.shop.orders
WHERE order_id < 10
