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
 * Makes clients give way when memory for clients is short because of those who hold it and wait, or
 * keep the node waiting. Calls that wait for what may never come are answered at once, those first
 * that hold the most. Where that is not enough, connections are closed whose clients keep the node
 * waiting, those first that hold the most for the longest. A shortage that is the node's own, since
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
        List<Candidate> waiting = new ArrayList<>();
        List<Candidate> stalled = new ArrayList<>();
        long all = 0;
        for (Connection connection : connections.get()) {
            long held = heldBy.applyAsLong(connection);
            long nanos = connection.keptWaitingNanos(now);
            if (held > 0 && connection.mayGiveWay()) {
                waiting.add(new Candidate(connection, held, 1));
                all += held;
            } else if (held > 0 && nanos >= PATIENCE_NANOS) {
                stalled.add(new Candidate(connection, held, nanos));
                all += held;
            }
        }
        if (all < budget.bytesMax() / 2) {
            return;
        }
        long wanted = budget.bytesMax() / 2 - budget.roomBytes();
        List<Candidate> answered = heaviest(waiting, wanted);
        answered.forEach(candidate -> candidate.connection().giveWay());
        List<Candidate> ended = heaviest(stalled, wanted - held(answered));
        ended.forEach(candidate -> candidate.connection().close());
        closed.addAndGet(ended.size());
        if (!ended.isEmpty()) {
            LOG.warn(
                    "closed {} connections, whose clients kept {} KiB of memory for {} waiting",
                    ended.size(),
                    held(ended) >> 10,
                    what);
        }
    }

    /** Returns as many candidates as hold so many bytes, those of the greatest weight first. */
    private static List<Candidate> heaviest(List<Candidate> candidates, long bytes) {
        candidates.sort(Comparator.comparingDouble(Candidate::weight).reversed());
        List<Candidate> picked = new ArrayList<>();
        long sum = 0;
        for (Candidate candidate : candidates) {
            if (sum >= bytes) {
                break;
            }
            sum += candidate.held();
            picked.add(candidate);
        }
        return picked;
    }

    private static long held(List<Candidate> candidates) {
        return candidates.stream().mapToLong(Candidate::held).sum();
    }
}
