package io.oxbow.broker.fetch;

import io.oxbow.broker.partition.LedPartitions;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.FetchRequest;

/**
 * One Fetch on its way: reads all partitions once, then, while there is less than the client's
 * least and time left, those whose high watermark rises. Runs on one thread at a time; {@link
 * #rose} and {@link #hurry} come from others.
 */
final class Fetch {

    /**
     * @param bytesMax most that the reply carries; a first batch greater than that is sent all the
     *     same, or the client would never get past it
     */
    record Limits(int bytesMin, int bytesMax, long waitMillis) {}

    /** A fetch of more partitions is not worked on by an event loop. */
    static final int AT_ONCE_PARTITIONS_MAX = 100;

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

    /** How many partitions have been read once. */
    private int readOnce;

    Fetch(Limits limits, FetchMemory memory) {
        this.limits = limits;
        this.memory = memory;
        this.deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limits.waitMillis());
    }

    void add(TopicIdPartition id, FetchRequest.PartitionData wanted) {
        reads.add(new PartitionRead(id, wanted, this::rose));
    }

    List<PartitionRead> reads() {
        return reads;
    }

    /**
     * Reads what is in memory until something is not; true when nothing is left to read or to wait
     * for, otherwise {@link #run} does the rest.
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

    /** Reads until there is enough, or an error to report, or no time left. */
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

    /** Without memory for a reply, one with records already leaves; an empty one waits for room. */
    private void awaitRoomAndRead(PartitionRead read) throws InterruptedException {
        while (!readMore(read) && bytes == 0 && !hurried) {
            memory.whenRoom(signals::release);
            long left = deadline - System.nanoTime();
            if (!signals.tryAcquire(left, TimeUnit.NANOSECONDS)) {
                return;
            }
        }
    }

    /** Reads; false if there is no memory for it. */
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

    /** A partition has more than was read of it. */
    private void rose(PartitionRead read) {
        risen.add(read);
        signals.release();
    }

    /** Answers with what there is, at once. */
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
