CALL oxbow.system.remove_orphan_files(table => 'shop.orders', prefix_listing => true)
