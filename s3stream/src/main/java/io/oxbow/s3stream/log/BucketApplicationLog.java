package io.oxbow.s3stream.log;

import io.oxbow.s3stream.env.Component;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.env.Policy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Application's side of {@link BucketMetadataLog}. Thread-safe. */
final class BucketApplicationLog implements ApplicationLog {

    private final AppendQueue queue;
    private final ApplicationFeed feed;
    private final Environment environment;
    private final AtomicInteger registered = new AtomicInteger();
    private final List<ListenerThread> listeners = new CopyOnWriteArrayList<>();
    private volatile @Nullable SnapshotSource source;

    BucketApplicationLog(AppendQueue queue, ApplicationFeed feed, Environment environment) {
        this.queue = queue;
        this.feed = feed;
        this.environment = environment;
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
        Component health =
                environment
                        .health()
                        .background(
                                "metadata-listener",
                                Integer.toString(registered.incrementAndGet()),
                                Policy.END_PROCESS);
        var thread = new ListenerThread(feed, listener, health);
        listeners.add(thread);
        environment.threads().newThread(thread).start();
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
