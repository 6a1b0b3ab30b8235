CALL oxbow.system.rewrite_data_files(table => 'shop.orders', options => map('rewrite-all', 'true'));

CALL oxbow.system.rewrite_manifests('shop.orders')
