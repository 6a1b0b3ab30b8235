CALL oxbow.system.expire_snapshots(table => 'shop.orders', older_than => now(), retain_last => 1)
