DROP TABLE oxbow.shop.orders PURGE
