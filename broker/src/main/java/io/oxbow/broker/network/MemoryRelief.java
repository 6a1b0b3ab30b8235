package io.oxbow.broker.network;

import io.oxbow.s3stream.memory.MemoryBudget;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes connections when memory for clients is short because of clients that keep the node
 * waiting: those first that hold the most for the longest. A shortage that is the node's own, since
 * its log or its bucket is slow, is borne: then clients wait.
 */
final class MemoryRelief implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(MemoryRelief.class);

    /** Interval of the runs. */
    static final long INTERVAL_MILLIS = 100;

    /** Time for which a client may pause, whatever it holds. */
    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private record Candidate(Connection connection, long held, long nanos) {
        double weight() {
            return (double) held * nanos;
        }
    }

    private final ClientMemory memory;
    private final Supplier<Collection<Connection>> connections;
    private final AtomicLong closed = new AtomicLong();

    MemoryRelief(ClientMemory memory, Supplier<Collection<Connection>> connections) {
        this.memory = memory;
        this.connections = connections;
    }

    /** Connections closed so far. */
    long closed() {
        return closed.get();
    }

    @Override
    public void run() {
        if (memory.isShort()) {
            long now = System.nanoTime();
            relieve("requests", memory.requests(), now, c -> c.memory().requests().usedBytes());
            relieve("replies", memory.replies(), now, c -> c.memory().replies().usedBytes());
        }
    }

    private void relieve(
            String what, MemoryBudget budget, long now, ToLongFunction<Connection> heldBy) {
        if (!ClientMemory.isShort(budget)) {
            return;
        }
        List<Candidate> candidates = new ArrayList<>();
        for (Connection connection : connections.get()) {
            long held = heldBy.applyAsLong(connection);
            long nanos = connection.keptWaitingNanos(now);
            if (held > 0 && nanos >= PATIENCE_NANOS) {
                candidates.add(new Candidate(connection, held, nanos));
            }
        }
        if (candidates.stream().mapToLong(Candidate::held).sum() < budget.bytesMax() / 2) {
            return;
        }
        candidates.sort(Comparator.comparingDouble(Candidate::weight).reversed());
        long wanted = budget.bytesMax() / 2 - budget.roomBytes();
        long freed = 0;
        int count = 0;
        for (Candidate candidate : candidates) {
            if (freed >= wanted) {
                break;
            }
            freed += candidate.held();
            count++;
            candidate.connection().close();
        }
        closed.addAndGet(count);
        LOG.warn(
                "closed {} connections, whose clients kept {} KiB of memory for {} waiting",
                count,
                freed >> 10,
                what);
    }
}
