SELECT count(*), count(DISTINCT kafka_partition), sum(amount) FROM oxbow.shop.orders
