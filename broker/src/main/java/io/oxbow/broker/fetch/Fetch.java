package io.oxbow.broker.fetch;

import io.oxbow.broker.partition.LedPartitions;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.FetchRequest;

/**
 * One Fetch request under way. It reads all partitions once; then, while it has less than the
 * client's minimum and time left, those whose high watermark rises. Runs on one thread at a time;
 * {@link #rose} and {@link #hurry} come from others.
 */
final class Fetch {

    /**
     * @param bytesMax most that the reply carries; a first batch greater than that is sent all the
     *     same, or the client would never get past it
     */
    record Limits(int bytesMin, int bytesMax, long waitMillis, IsolationLevel isolation) {}

    /** Most partitions of a fetch that an event loop works on. */
    static final int AT_ONCE_PARTITIONS_MAX = 100;

    /** Heap of a partition's read, and of its listener while the fetch waits. */
    private static final long READ_BYTES = 256;

    private final Limits limits;
    private final FetchMemory memory;
    private final long deadline;
    private final List<PartitionRead> reads = new ArrayList<>();
    private final Queue<PartitionRead> risen = new ConcurrentLinkedQueue<>();
    private final Semaphore signals = new Semaphore(0);
    private volatile boolean hurried;
    private volatile boolean waiting;
    private boolean failed;
    private long bytes;

    /** Number of partitions that have been read once. */
    private int readOnce;

    Fetch(Limits limits, FetchMemory memory) {
        this.limits = limits;
        this.memory = memory;
        this.deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limits.waitMillis());
    }

    void add(TopicIdPartition id, FetchRequest.PartitionData wanted) {
        reads.add(new PartitionRead(id, wanted, limits.isolation(), this::rose));
    }

    /** Returns the bytes that this fetch holds beside its request and the records that it has. */
    long heldBytes() {
        return READ_BYTES * reads.size();
    }

    List<PartitionRead> reads() {
        return reads;
    }

    /**
     * Reads partitions while their records are in memory; false when {@link #run} has to do the
     * rest.
     */
    boolean runAtOnce(LedPartitions partitions) {
        if (reads.size() > AT_ONCE_PARTITIONS_MAX) {
            return false;
        }
        for (; readOnce < reads.size(); readOnce++) {
            PartitionRead read = reads.get(readOnce);
            read.open(partitions);
            int more = read.tryRead(room(), bytes == 0, memory);
            if (more < 0) {
                return false;
            }
            took(read, more);
        }
        return isEnough() || limits.waitMillis() <= 0;
    }

    /** Reads until there are enough records, an error to report, or no time left. */
    void run(LedPartitions partitions) throws InterruptedException {
        for (; readOnce < reads.size(); readOnce++) {
            PartitionRead read = reads.get(readOnce);
            read.open(partitions);
            // Reads from the store may take long. Once there is enough to answer and the client's
            // patience is over, the rest gets its turn in the next fetch.
            if (bytes < Math.max(limits.bytesMin(), 1) || System.nanoTime() < deadline) {
                awaitRoomAndRead(read);
            }
        }
        if (!isEnough() && limits.waitMillis() > 0) {
            awaitMore(partitions);
        }
    }

    private void awaitMore(LedPartitions partitions) throws InterruptedException {
        reads.forEach(PartitionRead::watch);
        waiting = true;
        try {
            while (!isEnough() && !hurried) {
                long left = deadline - System.nanoTime();
                if (!signals.tryAcquire(left, TimeUnit.NANOSECONDS)) {
                    return;
                }
                PartitionRead more = risen.poll();
                if (more != null) {
                    more.reopen(partitions);
                    awaitRoomAndRead(more);
                }
            }
        } finally {
            waiting = false;
            reads.forEach(PartitionRead::unwatch);
        }
    }

    /**
     * Reads a partition; while there is no memory, a reply without records waits for it, and one
     * with records does not.
     */
    private void awaitRoomAndRead(PartitionRead read) throws InterruptedException {
        while (!readMore(read) && bytes == 0 && !hurried) {
            memory.whenRoom(signals::release);
            long left = deadline - System.nanoTime();
            if (!signals.tryAcquire(left, TimeUnit.NANOSECONDS)) {
                memory.stopWaiting(); // or others would find the room promised to it
                return;
            }
        }
    }

    /** Reads more of a partition; false if there is no memory for the records. */
    private boolean readMore(PartitionRead read) {
        int more = read.read(room(), bytes == 0, memory);
        if (more == PartitionRead.NO_ROOM) {
            return false;
        }
        took(read, more);
        return true;
    }

    private int room() {
        return (int) Math.max(0, limits.bytesMax() - bytes);
    }

    private void took(PartitionRead read, int more) {
        bytes += more;
        failed |= read.error() != Errors.NONE;
    }

    private boolean isEnough() {
        return bytes >= limits.bytesMin() || reads.isEmpty() || failed;
    }

    /** Queues a partition that has more records than were read of it. */
    private void rose(PartitionRead read) {
        risen.add(read);
        signals.release();
    }

    /** Ends the wait: the fetch is answered with the records read so far. */
    void hurry() {
        hurried = true;
        signals.release();
    }

    boolean isWaiting() {
        return waiting;
    }

    void close() {
        reads.forEach(PartitionRead::close);
        memory.close();
    }
}
