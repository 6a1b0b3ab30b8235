ALTER TABLE oxbow.shop.orders ADD COLUMN note string;

ALTER TABLE oxbow.shop.orders RENAME COLUMN customer.city TO town;

ALTER TABLE oxbow.shop.orders DROP COLUMN note;

ALTER TABLE oxbow.shop.orders ADD PARTITION FIELD bucket(2, order_id)
