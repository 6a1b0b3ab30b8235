package io.oxbow.broker.testing;

import io.oxbow.s3stream.Commit;
import io.oxbow.s3stream.FencedException;
import io.oxbow.s3stream.S3StreamException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Completes appends in order on a thread of its own, as fast as the test allows. */
final class InMemoryWal {

    /**
     * An append on its way. {@code assigned} runs in the order of appends, {@code persisted} when
     * it is on disk, {@code noticed} when the node knows that, just before the commit completes.
     */
    record Entry(
            Commit commit, int size, Runnable assigned, Runnable persisted, Runnable noticed) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<Entry> pending = new ArrayDeque<>();
    private final Consumer<S3StreamException> onFailure;
    private final Set<String> appenders = ConcurrentHashMap.newKeySet();
    private long undurableBytes;
    private long undurableBytesMax = Long.MAX_VALUE;
    private int blockedAppends;
    private boolean held;
    private int released;
    private boolean trimsHeld;
    private int heldTrims;
    private boolean completing;
    private boolean stopped;
    private @Nullable S3StreamException failure;

    InMemoryWal(Consumer<S3StreamException> onFailure) {
        this.onFailure = onFailure;
        Thread.ofPlatform().daemon().name("in-memory-wal").start(this::run);
    }

    void awaitSpace() {
        locked(() -> {
            while (undurableBytes >= undurableBytesMax && !stopped && failure == null) {
                blockedAppends++;
                changed.signalAll();
                changed.awaitUninterruptibly();
                blockedAppends--;
            }
        });
    }

    boolean hasSpace() {
        lock.lock();
        try {
            return undurableBytes < undurableBytesMax;
        } finally {
            lock.unlock();
        }
    }

    Set<String> appenders() {
        return appenders;
    }

    void append(Entry entry) {
        appenders.add(Thread.currentThread().getName());
        locked(() -> {
            if (stopped || failure != null) {
                throw new FencedException("the WAL takes no more appends");
            }
            entry.assigned().run();
            pending.add(entry);
            undurableBytes += entry.size();
        });
    }

    void hold(boolean hold) {
        locked(() -> {
            held = hold;
            released = 0;
        });
    }

    void release(int count) {
        locked(() -> released += count);
    }

    void limitUndurableBytes(long bytes) {
        locked(() -> undurableBytesMax = bytes);
    }

    int blockedAppends() {
        lock.lock();
        try {
            return undurableBytes >= undurableBytesMax ? blockedAppends : 0;
        } finally {
            lock.unlock();
        }
    }

    int pending() {
        lock.lock();
        try {
            return pending.size();
        } finally {
            lock.unlock();
        }
    }

    @Nullable S3StreamException failure() {
        lock.lock();
        try {
            return failure;
        } finally {
            lock.unlock();
        }
    }

    void awaitIdle() {
        locked(() -> {
            while ((completing || !pending.isEmpty()) && failure == null && !stopped) {
                changed.awaitUninterruptibly();
            }
        });
    }

    void awaitPendingAtMost(int count) {
        locked(() -> {
            while ((completing || pending.size() > count) && !stopped) {
                changed.awaitUninterruptibly();
            }
        });
    }

    void awaitPendingAtLeast(int count) {
        locked(() -> {
            while (pending.size() < count && !stopped) {
                changed.awaitUninterruptibly();
            }
        });
    }

    void awaitBlockedAppends(int count) {
        locked(() -> {
            while (blockedAppends < count && !stopped) {
                changed.awaitUninterruptibly();
            }
        });
    }

    void holdTrims(boolean hold) {
        locked(() -> trimsHeld = hold);
    }

    void awaitTrimAllowed() {
        locked(() -> {
            while (trimsHeld && !stopped) {
                heldTrims++;
                changed.signalAll();
                changed.awaitUninterruptibly();
                heldTrims--;
            }
        });
    }

    void awaitHeldTrims(int count) {
        locked(() -> {
            while (heldTrims < count && !stopped) {
                changed.awaitUninterruptibly();
            }
        });
    }

    void fail(S3StreamException cause) {
        List<Entry> lost = new ArrayList<>();
        locked(() -> {
            failure = cause;
            lost.addAll(pending);
            pending.clear();
        });
        lost.forEach(entry -> entry.commit().complete(cause));
        onFailure.accept(cause);
    }

    void stop() {
        locked(() -> stopped = true);
    }

    /** Ends all completions; the first {@code lucky} appends had become durable unnoticed. */
    void die(int lucky) {
        locked(() -> {
            stopped = true;
            while (completing) {
                changed.awaitUninterruptibly();
            }
            for (int i = 0; i < lucky && !pending.isEmpty(); i++) {
                pending.remove().persisted().run();
            }
            pending.clear();
        });
    }

    private void run() {
        while (true) {
            Entry entry = next();
            if (entry == null) {
                return;
            }
            entry.persisted().run();
            entry.noticed().run();
            entry.commit().complete(null);
            locked(() -> completing = false);
        }
    }

    private @Nullable Entry next() {
        lock.lock();
        try {
            while (!stopped && (pending.isEmpty() || (held && released == 0))) {
                changed.awaitUninterruptibly();
            }
            if (stopped) {
                return null;
            }
            released -= held ? 1 : 0;
            Entry entry = pending.remove();
            undurableBytes -= entry.size();
            completing = true;
            return entry;
        } finally {
            lock.unlock();
        }
    }

    private void locked(Runnable action) {
        lock.lock();
        try {
            action.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
