package io.oxbow.broker.partition;

import io.oxbow.s3stream.Commit;
import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.Stream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Commits of earlier appends, whose own commit has its one listener already; they complete when the
 * stream is durable up to their end. Has a lock of its own, never held while calling out, because
 * the WAL's threads must not wait for an append.
 */
final class DurableCommits {

    private final Stream stream;
    private final List<Commit> waiting = new ArrayList<>();
    private @Nullable S3StreamException failure;

    DurableCommits(Stream stream) {
        this.stream = stream;
    }

    Commit commitFor(long baseOffset, long nextOffset) {
        var commit = new Commit(baseOffset, nextOffset);
        S3StreamException failed;
        synchronized (this) {
            failed = failure;
            // A rise after this look finds the commit: durable() takes the same lock.
            if (failed == null && stream.durableEndOffset() < nextOffset) {
                waiting.add(commit);
                return commit;
            }
        }
        commit.complete(stream.durableEndOffset() >= nextOffset ? null : failed);
        return commit;
    }

    /**
     * Completes the commits up to the offset, which is durable; called on a thread of the WAL's.
     */
    void durable(long endOffset) {
        take(endOffset).forEach(commit -> commit.complete(null));
    }

    /** Fails all commits left: nothing more will become durable. */
    void fail(S3StreamException cause) {
        synchronized (this) {
            failure = cause;
        }
        take(Long.MAX_VALUE).forEach(commit -> commit.complete(cause));
    }

    private synchronized List<Commit> take(long endOffset) {
        if (waiting.isEmpty()) {
            return List.of();
        }
        var ready = new ArrayList<Commit>();
        waiting.removeIf(commit -> commit.nextOffset() <= endOffset && ready.add(commit));
        return ready;
    }
}
