package io.oxbow.s3stream.log;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/** The application's side of {@link BucketMetadataLog}. Thread-safe. */
final class BucketApplicationLog implements ApplicationLog {

    private final AppendQueue queue;
    private final ApplicationFeed feed;
    private final ThreadFactory threads;
    private final List<ListenerThread> listeners = new CopyOnWriteArrayList<>();
    private volatile @Nullable SnapshotSource source;

    BucketApplicationLog(AppendQueue queue, ApplicationFeed feed, ThreadFactory threads) {
        this.queue = queue;
        this.feed = feed;
        this.threads = threads;
    }

    @Override
    public long prepare(int leaderEpoch, List<byte[]> records) {
        return queue.prepare(leaderEpoch, records);
    }

    @Override
    public void schedulePrepared() {
        queue.schedulePrepared();
    }

    @Override
    public void resign(int leaderEpoch) {
        queue.resign(leaderEpoch);
    }

    @Override
    public long highWatermark() {
        return queue.committedEnd();
    }

    @Override
    public long endOffset() {
        return queue.preparedEnd();
    }

    @Override
    public void register(Listener listener) {
        var thread = new ListenerThread(feed, listener);
        listeners.add(thread);
        threads.newThread(thread).start();
    }

    @Override
    public void unregister(Listener listener) {
        for (ListenerThread thread : listeners) {
            if (thread.listener() == listener) {
                listeners.remove(thread);
                thread.leave();
            }
        }
    }

    @Override
    public void onSnapshot(SnapshotSource newSource) {
        source = newSource;
    }

    @Nullable SnapshotSource snapshotSource() {
        return source;
    }
}
