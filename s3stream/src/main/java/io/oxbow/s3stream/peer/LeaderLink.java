package io.oxbow.s3stream.peer;

import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.log.MetadataLog;
import java.util.List;

/** Reaches the process that leads the metadata log. Blocks, within a time-out of its own. */
public interface LeaderLink {

    AppendAnswer append(MetadataLog.Leadership leader, List<CoreRecord> records);

    /**
     * Shows that a node epoch lives, 0 for a process that has none yet; returns whether that
     * leader, at that epoch, has answered.
     */
    boolean contact(MetadataLog.Leadership leader, long nodeEpoch);
}
