package io.oxbow.s3stream.log;

import io.oxbow.s3stream.log.ApplicationLog.Batch;
import io.oxbow.s3stream.log.format.ApplicationSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Events of the application's family, in order, for listeners that read at their own pace. They are
 * the newest snapshot, the batches committed since, and the changes of leadership between them.
 *
 * <p>Events are numbered. A listener whose next event has been trimmed starts over: snapshot,
 * batches, then the leadership as it was when it started over. Thread-safe.
 */
final class ApplicationFeed {

    private static final int BATCHES_PER_DELIVERY_MAX = 256;

    private sealed interface Event {}

    private record Committed(Batch batch) implements Event {}

    private record Led(MetadataLog.Leadership leadership) implements Event {}

    /** Marks that the batches up to the end of the base snapshot are missing. */
    private record Jump() implements Event {}

    /** Next item for a listener. */
    sealed interface Delivery {}

    record Load(ApplicationSnapshot snapshot) implements Delivery {}

    record Batches(List<Batch> batches) implements Delivery {}

    record Leader(MetadataLog.Leadership leadership) implements Delivery {}

    record Closed() implements Delivery {}

    /** The listener was unregistered and gets nothing more. */
    record Gone() implements Delivery {}

    /** Place of a listener in the feed; guarded by the feed's lock. */
    static final class Cursor {
        private long nextEvent;

        /**
         * First event from which the listener is told of changes of leadership; earlier ones are
         * history.
         */
        private long liveFrom;

        private long nextOffset;
        private MetadataLog.@Nullable Leadership onceLive;
        private boolean starting;
        private boolean toldToLead;
        private boolean gone;
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<Cursor> cursors = new ArrayList<>();
    private final List<Event> events = new ArrayList<>();
    private long firstEvent;
    private @Nullable ApplicationSnapshot base;
    private MetadataLog.@Nullable Leadership leadership;
    private boolean closed;

    Cursor open() {
        var cursor = new Cursor();
        lock.lock();
        try {
            cursors.add(cursor);
            startOver(cursor);
        } finally {
            lock.unlock();
        }
        return cursor;
    }

    void leave(Cursor cursor) {
        lock.lock();
        try {
            cursor.gone = true;
            cursors.remove(cursor);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void committed(List<Batch> batches) {
        lock.lock();
        try {
            batches.forEach(batch -> events.add(new Committed(batch)));
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void leaderChanged(MetadataLog.Leadership newLeadership) {
        lock.lock();
        try {
            leadership = newLeadership;
            events.add(new Led(newLeadership));
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    MetadataLog.@Nullable Leadership leadership() {
        lock.lock();
        try {
            return leadership;
        } finally {
            lock.unlock();
        }
    }

    /** Sets the snapshot with which new listeners start, and drops events that it covers. */
    void startFrom(ApplicationSnapshot snapshot) {
        lock.lock();
        try {
            if (base != null && base.endOffset() >= snapshot.endOffset()) {
                return;
            }
            base = snapshot;
            trim(snapshot.endOffset());
        } finally {
            lock.unlock();
        }
    }

    /**
     * Sets the snapshot as {@link #startFrom} does, where batches before the snapshot's end are
     * missing.
     */
    void jumpTo(ApplicationSnapshot snapshot) {
        lock.lock();
        try {
            base = snapshot;
            events.add(new Jump());
            trim(snapshot.endOffset());
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Drops events up to {@code endOffset}, but none that a listener told to lead still needs. Such
     * a listener applies nothing that it wrote itself, and so cannot start over from a snapshot.
     */
    private void trim(long endOffset) {
        long keepFrom = Long.MAX_VALUE;
        for (Cursor cursor : cursors) {
            if (cursor.toldToLead) {
                keepFrom = Math.min(keepFrom, cursor.nextEvent);
            }
        }
        int drop = 0;
        while (drop < events.size()
                && firstEvent + drop < keepFrom
                && !(events.get(drop) instanceof Committed committed
                        && committed.batch().nextOffset() > endOffset)) {
            drop++;
        }
        events.subList(0, drop).clear();
        firstEvent += drop;
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Returns the listener's next item; blocks until there is one. */
    Delivery next(Cursor cursor) {
        lock.lock();
        try {
            while (true) {
                if (cursor.gone) {
                    return new Gone();
                }
                if (closed) {
                    return new Closed();
                }
                Delivery delivery = poll(cursor);
                if (delivery != null) {
                    return delivery;
                }
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    private void startOver(Cursor cursor) {
        cursor.starting = true;
        cursor.nextEvent = firstEvent;
        cursor.liveFrom = endEvent();
        cursor.onceLive = leadership;
    }

    private @Nullable Delivery poll(Cursor cursor) {
        if (cursor.nextEvent < firstEvent) {
            startOver(cursor);
        }
        if (cursor.starting) {
            cursor.starting = false;
            Delivery load = loadBase(cursor);
            if (load != null) {
                return load;
            }
        }
        while (true) {
            MetadataLog.Leadership pending = cursor.onceLive;
            if (cursor.nextEvent >= cursor.liveFrom && pending != null) {
                cursor.onceLive = null;
                return lead(cursor, pending);
            }
            if (cursor.nextEvent >= endEvent()) {
                return null;
            }
            Delivery delivery = deliver(cursor);
            if (delivery != null) {
                return delivery;
            }
        }
    }

    private @Nullable Delivery deliver(Cursor cursor) {
        return switch (events.get((int) (cursor.nextEvent - firstEvent))) {
            case Committed ignored -> batches(cursor);
            case Led led -> {
                boolean history = cursor.nextEvent++ < cursor.liveFrom;
                yield history ? null : lead(cursor, led.leadership());
            }
            case Jump ignored -> {
                cursor.nextEvent++;
                yield loadBase(cursor);
            }
        };
    }

    private static Delivery lead(Cursor cursor, MetadataLog.Leadership leadership) {
        cursor.toldToLead = leadership.here();
        return new Leader(leadership);
    }

    private @Nullable Delivery loadBase(Cursor cursor) {
        ApplicationSnapshot snapshot = base;
        if (snapshot == null || snapshot.endOffset() <= cursor.nextOffset) {
            return null;
        }
        cursor.nextOffset = snapshot.endOffset();
        return new Load(snapshot);
    }

    private @Nullable Delivery batches(Cursor cursor) {
        var batches = new ArrayList<Batch>();
        while (cursor.nextEvent < endEvent()
                && batches.size() < BATCHES_PER_DELIVERY_MAX
                && events.get((int) (cursor.nextEvent - firstEvent))
                        instanceof Committed(Batch batch)) {
            if (cursor.nextEvent == cursor.liveFrom && cursor.onceLive != null) {
                break;
            }
            cursor.nextEvent++;
            if (batch.baseOffset() >= cursor.nextOffset) {
                batches.add(batch);
                cursor.nextOffset = batch.nextOffset();
            }
        }
        return batches.isEmpty() ? null : new Batches(List.copyOf(batches));
    }

    private long endEvent() {
        return firstEvent + events.size();
    }
}
