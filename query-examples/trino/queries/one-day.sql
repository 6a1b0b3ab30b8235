-- The table is partitioned by day(kafka_timestamp): this reads one day's files.
SELECT count(*)
FROM oxbow.shop.orders
WHERE kafka_timestamp >= TIMESTAMP '2026-03-02 00:00:00 UTC'
  AND kafka_timestamp < TIMESTAMP '2026-03-03 00:00:00 UTC'
