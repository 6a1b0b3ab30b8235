ALTER TABLE oxbow.shop.orders SET TBLPROPERTIES (
  'write.delete.mode' = 'merge-on-read',
  'write.update.mode' = 'merge-on-read',
  'write.merge.mode' = 'merge-on-read');

DELETE FROM oxbow.shop.orders
WHERE order_id BETWEEN 10 AND 14
