package io.oxbow.s3stream.upload;

import io.oxbow.s3stream.commit.ObjectCommitter;
import io.oxbow.s3stream.object.DataObjectWriter;
import io.oxbow.s3stream.tail.LogReadBack;
import io.oxbow.s3stream.tail.Tail;
import io.oxbow.s3stream.tail.TailEntry;
import io.oxbow.s3stream.tail.TailMemory;
import io.oxbow.s3stream.tail.TailSlab;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Gathered appends on their way into data objects: a stream with a long run gets an object of its
 * own, the others share one. The objects are put side by side and committed as one unit.
 *
 * <p>Made by one thread, put by several, committed by one. Holds the slabs that its bytes lie in
 * until the last put has ended, whatever the tails do meanwhile.
 */
final class UploadRound {

    /** Part of a round below which appends of short runs go along with the one long run. */
    private static final int REST_SHARE = 8;

    private final TailMemory memory;
    private final TreeMap<Long, Tail> tails = new TreeMap<>();
    private final List<TailSlab> held = new ArrayList<>();
    private final List<ObjectCommitter.Keyed> objects = new ArrayList<>();
    private final AtomicInteger putsLeft = new AtomicInteger();
    private final Consumer<UploadRound> onEnd;
    private Map<Tail, Run> runs = Map.of();
    private GatheredAppends appends;
    private List<Long> endLsns = List.of();
    private long copiedBytes;
    private volatile @Nullable Throwable failure;
    private volatile boolean ended;

    /**
     * @param sealed appends of which the round takes as many as memory allows, the first ones
     * @param onEnd told once, by the thread that ends the last put
     */
    UploadRound(GatheredAppends sealed, TailMemory memory, Consumer<UploadRound> onEnd) {
        this.appends = sealed;
        this.memory = memory;
        this.onEnd = onEnd;
    }

    GatheredAppends appends() {
        return appends;
    }

    /** Returns what is covered of each volume once this is committed. */
    List<Long> endLsns() {
        return endLsns;
    }

    /** Returns the bytes of heap that the round's objects take until they are put. */
    long copiedBytes() {
        return copiedBytes;
    }

    /** Returns the objects with their keys; none when no stream wants its appends kept. */
    List<ObjectCommitter.Keyed> objects() {
        return objects;
    }

    /** The tail of the stream of a range of one of the objects. */
    Tail tail(long streamId) {
        return Objects.requireNonNull(tails.get(streamId));
    }

    /**
     * Takes appends, and holds their slabs or reads them back from the log, until so many bytes are
     * copied.
     *
     * @param covered what is covered of each volume by the rounds before
     * @return the appends that were left; null if none were
     */
    @Nullable GatheredAppends gather(LogReadBack.Walk log, List<Long> covered, long copyBytesMax) {
        GatheredAppends sealed = appends;
        int taken = take(sealed, log, copyBytesMax);
        boolean all = taken == sealed.count();
        appends = all ? sealed : sealed.part(0, taken);
        endLsns = appends.endLsns(covered);
        return all ? null : sealed.part(taken, sealed.count());
    }

    private int take(GatheredAppends sealed, LogReadBack.Walk log, long copyBytesMax) {
        Map<Tail, Run> found = new LinkedHashMap<>();
        runs = found;
        Map<Tail, Boolean> wanted = new IdentityHashMap<>();
        Map<TailSlab, TailSlab> holding = new IdentityHashMap<>();
        int taken = 0;
        for (TailEntry entry : sealed.entries()) {
            if (copiedBytes >= copyBytesMax) {
                break;
            }
            taken++;
            Tail tail = entry.tail();
            if (wanted.computeIfAbsent(tail, t -> !t.ownership().isGivenUp())) {
                TailSlab slab = hold(entry, holding);
                TailEntry.Source source = slab == null ? log.find(entry) : slab;
                found.computeIfAbsent(tail, t -> new Run()).add(entry, source);
                if (slab == null || entry.frameBytes() < DataObjectWriter.COPY_BELOW_BYTES) {
                    copiedBytes += entry.frameBytes();
                }
            }
        }
        return taken;
    }

    /**
     * Sorts the appends taken into objects.
     *
     * @param soloBytes a run of one stream of that size gets an object of its own
     * @param rangeBytesMax of a range of one stream in the metadata log
     */
    void fill(ObjectCommitter committer, long soloBytes, long rangeBytesMax) {
        runs.forEach((tail, run) -> tails.put(tail.ownership().streamId(), tail));
        long soloLeast = leastSolo(soloBytes);
        var shared = DataObjectWriter.ofRanges(rangeBytesMax);
        for (Tail tail : tails.values()) {
            Run run = Objects.requireNonNull(runs.get(tail));
            if (run.frameBytes >= soloLeast) {
                var solo = DataObjectWriter.ofRanges(rangeBytesMax);
                run.addTo(solo);
                objects.add(committer.key(solo.finish()));
            } else {
                run.addTo(shared);
            }
        }
        if (!shared.isEmpty()) {
            objects.add(committer.key(shared.finish()));
        }
        runs = Map.of();
        putsLeft.set(objects.size());
        if (objects.isEmpty()) {
            end();
        }
    }

    /**
     * Returns the size from which a run gets an object of its own. One long run with little beside
     * it shares its object: a second one costs a request, and the little that compaction will take
     * out of the first leaves few dead bytes.
     */
    private long leastSolo(long soloBytes) {
        long all = 0;
        long rest = 0;
        int solos = 0;
        for (Run run : runs.values()) {
            all += run.frameBytes;
            if (run.frameBytes >= soloBytes) {
                solos++;
            } else {
                rest += run.frameBytes;
            }
        }
        return solos == 1 && rest <= all / REST_SHARE ? Long.MAX_VALUE : soloBytes;
    }

    /** Appends of one stream and the memory in which their bytes lie. */
    private static final class Run {
        private final List<TailEntry> entries = new ArrayList<>();
        private final List<TailEntry.Source> sources = new ArrayList<>();
        private long frameBytes;

        void add(TailEntry entry, TailEntry.Source source) {
            entries.add(entry);
            sources.add(source);
            frameBytes += entry.frameBytes();
        }

        void addTo(DataObjectWriter writer) {
            for (int i = 0; i < entries.size(); i++) {
                writer.add(sources.get(i).frame(entries.get(i)));
            }
        }
    }

    /**
     * Holds the entry's slab for this round, once per slab; null when the entry is not in memory.
     */
    private @Nullable TailSlab hold(TailEntry entry, Map<TailSlab, TailSlab> holding) {
        TailSlab slab = entry.tail().beginUpload(entry);
        if (slab == null) {
            return null;
        }
        if (holding.put(slab, slab) == null) {
            held.add(slab);
        } else {
            memory.endUpload(slab);
        }
        return slab;
    }

    /** Puts one of the objects; the last put to end releases the slabs. */
    void put(ObjectCommitter committer, ObjectCommitter.Keyed object) {
        try {
            committer.put(object);
        } catch (Throwable e) {
            // Whatever ended it, the object may be missing, and must not be committed.
            failure = e;
        } finally {
            if (putsLeft.decrementAndGet() == 0) {
                end();
            }
        }
    }

    /** Ends a round that nobody will commit, without puts. */
    void abandon() {
        end();
    }

    private void end() {
        held.forEach(memory::endUpload);
        held.clear();
        objects.replaceAll(ObjectCommitter.Keyed::withoutBody);
        ended = true;
        onEnd.accept(this);
    }

    /** Returns true once no put is under way any more. */
    boolean hasEnded() {
        return ended;
    }

    /** Returns the reason why an object of a round that has ended was not put; null if all were. */
    @Nullable Throwable failure() {
        return failure;
    }
}
