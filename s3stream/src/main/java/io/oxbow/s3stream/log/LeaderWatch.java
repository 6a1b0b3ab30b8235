package io.oxbow.s3stream.log;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntConsumer;

/** Tells of the epoch of each new leader, on the log's own thread. */
final class LeaderWatch {

    private final List<IntConsumer> watchers = new CopyOnWriteArrayList<>();
    private int seen = -1;

    void add(IntConsumer watcher) {
        watchers.add(watcher);
    }

    /** Looks at the epoch of now; used by the log's own thread alone. */
    void look(int leaderEpoch) {
        if (leaderEpoch != seen) {
            seen = leaderEpoch;
            watchers.forEach(watcher -> watcher.accept(leaderEpoch));
        }
    }
}
