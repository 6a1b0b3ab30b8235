package io.oxbow.tableflow.lease;

import io.oxbow.s3stream.log.MetadataLog;
import io.oxbow.tableflow.service.CommitterEpochs;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * Committer of all tables in a process that serves its bucket alone. It commits at the leader epoch
 * of the metadata log, or at a lease's number that is left from a cluster and higher.
 */
public final class SoleCommitter implements CommitterEpochs {

    private final MetadataLog log;

    public SoleCommitter(MetadataLog log) {
        this.log = log;
    }

    @Override
    public OptionalLong of(UUID topicId) {
        MetadataLog.Leadership leadership = log.leadership();
        if (!leadership.here()) {
            return OptionalLong.empty();
        }
        long leased = TableLeases.lease(log.image(), topicId).map(TableLease::number).orElse(0L);
        return OptionalLong.of(Math.max(leadership.leaderEpoch(), leased));
    }
}
