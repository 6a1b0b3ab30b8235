package io.oxbow.s3stream.wal.bucket;

import io.oxbow.s3stream.S3StreamException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes objects of a node's earlier logs when a new log has begun. They are the last objects of
 * an orderly end, and objects that a late or repeated put made after their log was recovered.
 * FENCEs stay. A node begins a log only when all its earlier ones are recovered, so nobody reads
 * them.
 */
final class EarlierLogs {

    private static final Logger LOG = LoggerFactory.getLogger(EarlierLogs.class);

    private final WalObjects bucket;
    private final WalKey present;

    /**
     * @param present any key of the log that has begun
     */
    EarlierLogs(WalObjects bucket, WalKey present) {
        this.bucket = bucket;
        this.present = present;
    }

    /** Deletes in one pass; the body of a thread. */
    void run() {
        try {
            int deleted = deleteAllButFences(bucket, WalKey.prefix(present.nodeId()), present);
            LOG.info("{} objects of earlier logs deleted", deleted);
        } catch (S3StreamException e) {
            LOG.warn("the rest of earlier logs stays for now: {}", e.getMessage());
        }
    }

    /**
     * Deletes all objects except FENCEs below {@code prefix} that are of an epoch before that of
     * {@code before}.
     *
     * @return how many objects
     */
    static int deleteAllButFences(WalObjects bucket, String prefix, WalKey before) {
        String after = "";
        int deleted = 0;
        while (true) {
            List<WalObjects.Listed> page =
                    bucket.list(prefix, after, CoveredObjects.KEYS_PER_DELETE);
            if (page.isEmpty()) {
                return deleted;
            }
            after = page.getLast().key().path();
            List<WalKey> unwanted =
                    page.stream()
                            .filter(each -> !each.isFence())
                            .map(WalObjects.Listed::key)
                            .filter(key -> key.nodeEpoch() < before.nodeEpoch())
                            .toList();
            if (!unwanted.isEmpty()) {
                bucket.delete(unwanted);
                deleted += unwanted.size();
            }
        }
    }
}
