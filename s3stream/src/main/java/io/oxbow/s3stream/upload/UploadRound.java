package io.oxbow.s3stream.upload;

import io.oxbow.s3stream.S3StreamException;
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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Gathered appends on their way into data objects: a stream with a long run gets an object of its
 * own, the others share one. The objects are put side by side and committed as one unit.
 *
 * <p>Made by one thread, put by several, committed by one. Holds the slabs that its bytes lie in
 * until the last put has ended, whatever the tails do meanwhile.
 */
final class UploadRound {

    private final GatheredAppends appends;
    private final List<Long> endLsns;
    private final TailMemory memory;
    private final TreeMap<Long, Tail> tails = new TreeMap<>();
    private final List<TailSlab> held = new ArrayList<>();
    private final List<ObjectCommitter.Keyed> objects = new ArrayList<>();
    private final AtomicInteger putsLeft = new AtomicInteger();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile @Nullable RuntimeException failure;

    /**
     * @param endLsns what is covered of each volume once this is committed
     */
    UploadRound(GatheredAppends appends, List<Long> endLsns, TailMemory memory) {
        this.appends = appends;
        this.endLsns = endLsns;
        this.memory = memory;
    }

    GatheredAppends appends() {
        return appends;
    }

    List<Long> endLsns() {
        return endLsns;
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
     * Sorts the appends into objects, and reads back those that are not in memory any more.
     *
     * @param soloBytes a run of one stream of that size gets an object of its own
     */
    void fill(LogReadBack.Walk log, ObjectCommitter committer, long soloBytes) {
        Map<Tail, Run> runs = gather(log);
        runs.forEach((tail, run) -> tails.put(tail.ownership().streamId(), tail));
        var shared = new DataObjectWriter();
        for (Tail tail : tails.values()) {
            Run run = Objects.requireNonNull(runs.get(tail));
            if (run.frameBytes >= soloBytes) {
                var solo = new DataObjectWriter();
                run.addTo(solo);
                objects.add(committer.key(solo.finish()));
            } else {
                run.addTo(shared);
            }
        }
        if (!shared.isEmpty()) {
            objects.add(committer.key(shared.finish()));
        }
        putsLeft.set(objects.size());
        if (objects.isEmpty()) {
            end();
        }
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

    private Map<Tail, Run> gather(LogReadBack.Walk log) {
        Map<Tail, Run> runs = new LinkedHashMap<>();
        Map<Tail, Boolean> wanted = new IdentityHashMap<>();
        Map<TailSlab, TailSlab> holding = new IdentityHashMap<>();
        for (TailEntry entry : appends.entries()) {
            Tail tail = entry.tail();
            if (wanted.computeIfAbsent(tail, t -> !t.ownership().isGivenUp())) {
                TailSlab slab = hold(entry, holding);
                TailEntry.Source source = slab == null ? log.find(entry) : slab;
                runs.computeIfAbsent(tail, t -> new Run()).add(entry, source);
            }
        }
        return runs;
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
        } catch (RuntimeException e) {
            failure = e;
        } catch (Throwable e) {
            // Whatever ended it, the object may be missing, and must not be committed.
            failure =
                    new S3StreamException(
                            "put %s failed: %s".formatted(object.key(), e),
                            S3StreamException.Retry.FATAL,
                            e);
        } finally {
            if (putsLeft.decrementAndGet() == 0) {
                end();
            }
        }
    }

    /** Ends the round as failed, without puts. */
    void abandon(RuntimeException why) {
        failure = why;
        end();
    }

    private void end() {
        held.forEach(memory::endUpload);
        held.clear();
        ended.countDown();
    }

    /** Waits for the last put; throws if one failed. */
    void awaitPut() throws InterruptedException {
        ended.await();
        RuntimeException why = failure;
        if (why != null) {
            throw why;
        }
    }
}
