SELECT count(*), count(DISTINCT kafka_partition, kafka_offset), sum(amount)
FROM oxbow.shop.orders
