package io.oxbow.broker.retention;

import io.oxbow.broker.partition.Partition;
import io.oxbow.broker.partition.Partitions;
import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.env.Clock;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Trims partitions to {@code retention.ms} and {@code retention.bytes}. */
public final class Retention {

    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

    private final Partitions partitions;
    private final RetentionFloor floor;
    private final Clock clock;

    public Retention(Partitions partitions, RetentionFloor floor, Clock clock) {
        this.partitions = partitions;
        this.floor = floor;
        this.clock = clock;
    }

    /** Runs one round over all partitions that this broker leads. */
    public void run() {
        RuntimeException failure = null;
        for (Partition partition : partitions.all()) {
            try {
                trim(partition);
            } catch (ApiException e) {
                // The partition was given up meanwhile, or the metadata log has no leader: the next
                // round tries again.
                LOG.debug("retention passes over {}: {}", partition.id(), e.getMessage());
            } catch (S3StreamException e) {
                LOG.warn("retention of {} failed, the others go on", partition.id(), e);
            } catch (RuntimeException e) {
                LOG.error("retention of {} failed, the others go on", partition.id(), e);
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private void trim(Partition partition) {
        LogConfig config = partition.config();
        if (!config.delete || (config.retentionMs < 0 && config.retentionSize < 0)) {
            return;
        }
        long keepBytes = config.retentionSize < 0 ? Long.MAX_VALUE : config.retentionSize;
        long appendedBefore =
                config.retentionMs < 0 ? Long.MIN_VALUE : clock.wallMillis() - config.retentionMs;
        long wanted = partition.retentionOffset(keepBytes, appendedBefore);
        long allowed = floor.floor(partition.id().topicId(), partition.id().partition());
        long newStart = Math.min(wanted, allowed);
        if (newStart > partition.logStartOffset()) {
            LOG.info(
                    "retention trims {} from {} to {}",
                    partition.id(),
                    partition.logStartOffset(),
                    newStart);
            partition.deleteRecordsBefore(newStart);
        }
    }
}
