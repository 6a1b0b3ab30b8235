-- Where each record stood in the log, and which file it lies in.
SELECT kafka_partition, min(kafka_offset), max(kafka_offset), count(DISTINCT "$path") > 0
FROM oxbow.shop.orders
GROUP BY kafka_partition
ORDER BY kafka_partition
