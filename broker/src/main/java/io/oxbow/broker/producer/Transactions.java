package io.oxbow.broker.producer;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Transactions of one partition as readers of committed data see them: up to where all are decided,
 * and which were aborted. Thread-safe; its lock is never held while calling out.
 *
 * <p>A change is made known before its batch is appended, so that no reader sees the batch durable
 * and the change not. A transaction is decided when its marker is durable.
 */
public final class Transactions {

    private static final long NONE = Long.MAX_VALUE;

    /** First offsets of transactions that are open, or whose marker is not durable yet. */
    private final TreeSet<Long> unstable = new TreeSet<>();

    /** Ends that are not durable yet, in the order of their markers. */
    private final ArrayDeque<TransactionChange> undurable = new ArrayDeque<>();

    /** In the order of their markers. */
    private final ArrayList<AbortedTransaction> aborted = new ArrayList<>();

    private volatile long firstUnstable = NONE;
    private volatile boolean ending;

    public synchronized void restore(
            Collection<Long> openSince, Collection<AbortedTransaction> index) {
        unstable.clear();
        undurable.clear();
        aborted.clear();
        unstable.addAll(openSince);
        aborted.addAll(index);
        refresh();
    }

    /** Makes a change whose batch is about to be appended. */
    public synchronized void make(TransactionChange change) {
        if (change.kind() == TransactionChange.Kind.BEGIN) {
            unstable.add(change.firstOffset());
        } else {
            if (change.kind() == TransactionChange.Kind.ABORT) {
                aborted.add(
                        new AbortedTransaction(
                                change.producerId(),
                                change.firstOffset(),
                                change.offset(),
                                stableWithout(change)));
            }
            undurable.add(change);
        }
        refresh();
    }

    private long stableWithout(TransactionChange change) {
        for (long first : unstable) {
            if (first != change.firstOffset()) {
                return first;
            }
        }
        return change.offset() + 1;
    }

    /** Takes the last change back, whose batch was not appended. */
    public synchronized void undo(TransactionChange change) {
        if (change.kind() == TransactionChange.Kind.BEGIN) {
            unstable.remove(change.firstOffset());
        } else {
            undurable.removeLast();
            if (change.kind() == TransactionChange.Kind.ABORT) {
                aborted.removeLast();
            }
        }
        refresh();
    }

    /** Decides the transactions whose markers lie below the offset, which is durable. */
    public void durable(long endOffset) {
        if (ending) {
            settle(endOffset);
        }
    }

    private synchronized void settle(long endOffset) {
        while (!undurable.isEmpty() && undurable.getFirst().offset() < endOffset) {
            unstable.remove(undurable.removeFirst().firstOffset());
        }
        refresh();
    }

    private void refresh() {
        ending = !undurable.isEmpty();
        firstUnstable = unstable.isEmpty() ? NONE : unstable.first();
    }

    /**
     * Returns the offset up to which all transactions are decided.
     *
     * @param highWatermark read before this is called: what begins later begins above it
     */
    public long stableBelow(long highWatermark) {
        return Math.min(highWatermark, firstUnstable);
    }

    /** Returns the aborted transactions that have records or their marker in a range. */
    public synchronized List<AbortedTransaction> abortedIn(long fromOffset, long toOffset) {
        var found = new ArrayList<AbortedTransaction>();
        for (int i = firstEndingFrom(fromOffset); i < aborted.size(); i++) {
            AbortedTransaction transaction = aborted.get(i);
            if (transaction.firstOffset() < toOffset) {
                found.add(transaction);
            }
            if (transaction.stableOffset() >= toOffset) {
                break;
            }
        }
        return found;
    }

    private int firstEndingFrom(long offset) {
        int low = 0;
        int high = aborted.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (aborted.get(middle).lastOffset() < offset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Forgets aborted transactions that lie below the log's start. */
    public synchronized void trim(long startOffset) {
        aborted.subList(0, firstEndingFrom(startOffset)).clear();
    }

    /** Forgets aborted transactions without records. */
    public synchronized void forget(Collection<AbortedTransaction> empty) {
        aborted.removeAll(Set.copyOf(empty));
    }

    public synchronized List<AbortedTransaction> abortedOnes() {
        return List.copyOf(aborted);
    }
}
