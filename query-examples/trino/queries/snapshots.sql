SELECT snapshot_id FROM oxbow.shop."orders$snapshots" ORDER BY committed_at
