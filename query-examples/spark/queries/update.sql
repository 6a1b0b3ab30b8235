UPDATE oxbow.shop.orders
SET customer.city = 'Bodø'
WHERE order_id = 30
