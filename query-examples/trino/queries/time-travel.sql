SELECT count(*) FROM oxbow.shop.orders FOR VERSION AS OF :snapshot
