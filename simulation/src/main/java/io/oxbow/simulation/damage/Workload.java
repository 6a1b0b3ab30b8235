package io.oxbow.simulation.damage;

import io.oxbow.s3stream.Commit;
import io.oxbow.s3stream.CommittedReader;
import io.oxbow.s3stream.DamagedException;
import io.oxbow.s3stream.ReadResult;
import io.oxbow.s3stream.Stream;
import io.oxbow.s3stream.env.Clock;
import io.oxbow.s3stream.read.ExtentReader;
import io.oxbow.simulation.history.Reads;
import io.oxbow.simulation.kernel.Chance;
import io.oxbow.simulation.kernel.Simulation;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;

/**
 * Appends to a node's streams and reads them. Every append is taken, whatever is damaged; a read
 * shows what was appended or names a range that damage explains.
 */
final class Workload {

    private static final Duration PAUSE_MAX = Duration.ofSeconds(20);

    /** A stream that is open, and what it must show. */
    record Open(Stream stream, StreamRecords records) {}

    private final Simulation simulation;
    private final NodeLife life;
    private final List<Open> streams;
    private final BiPredicate<Long, DamagedException> explained;
    private final Chance chance;

    /**
     * @param explained returns true for a stream's range that damage explains
     */
    Workload(
            Simulation simulation,
            NodeLife life,
            Map<Stream, StreamRecords> streams,
            BiPredicate<Long, DamagedException> explained) {
        this.simulation = simulation;
        this.life = life;
        this.explained = explained;
        this.chance = simulation.chance().split();
        this.streams = new ArrayList<>();
        streams.forEach((stream, records) -> this.streams.add(new Open(stream, records)));
    }

    /** Does one thing, drawn by chance. */
    void step() {
        Open chosen = chance.oneOf(streams);
        switch (chance.nextInt(12)) {
            case 0, 1, 2, 3, 4 -> append(chosen);
            case 5, 6 -> life.streams().flush();
            case 7 -> trim(chosen);
            case 8 -> pause();
            case 9 -> life.log().snapshot();
            case 10 -> retention(chosen);
            default -> read(chosen);
        }
    }

    private void append(Open to) {
        for (int i = chance.between(1, 8); i > 0; i--) {
            Commit commit = appendOne(chance.percent(70) ? to : chance.oneOf(streams));
            if (chance.percent(40)) {
                await(commit);
            }
        }
    }

    private Commit appendOne(Open to) {
        // Long enough to be found again by its bytes.
        byte[] bytes = chance.bytes(16 + chance.nextInt(chance.percent(85) ? 400 : 5000));
        int count = chance.between(1, 4);
        var append = to.records().appending(to.stream().nextOffset(), count, bytes);
        Commit commit = to.stream().append(ByteBuffer.wrap(bytes), count, clock().wallMillis());
        var told = new Commit(commit.baseOffset(), commit.nextOffset());
        commit.onComplete(failure -> {
            if (failure == null) {
                to.records().acked(append);
            }
            told.complete(failure);
        });
        return told;
    }

    private static void await(Commit commit) {
        try {
            commit.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void trim(Open of) {
        long start = of.stream().startOffset();
        long end = of.stream().durableEndOffset();
        if (end > start && chance.oneIn(3)) {
            long to = start + chance.nextInt((int) (end - start) + 1);
            of.stream().trim(to);
            of.records().trimmed(to);
        }
    }

    private void pause() {
        try {
            clock().sleep(chance.between(Duration.ofMillis(1), PAUSE_MAX));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Asks for retention: by time all of a stream may go; damage is no hindrance. */
    private void retention(Open of) {
        long start = of.stream().startOffset();
        long bySize = of.stream().retentionOffset(chance.nextInt(50_000), Long.MIN_VALUE);
        long byTime = of.stream().retentionOffset(Long.MAX_VALUE, Long.MAX_VALUE);
        long committed = of.stream().committedEndOffset();
        simulation.check(
                bySize >= start && byTime >= Math.min(committed, bySize),
                "%s: retention of [%d, %d) keeps from %d by size, from %d by time",
                of.records(),
                start,
                committed,
                bySize,
                byTime);
    }

    /** Reads a stream whole, through the caches and past them. */
    void read(Open from) {
        readCached(from);
        readCommitted(from);
    }

    void readAll() {
        streams.forEach(this::read);
    }

    private void readCached(Open from) {
        Stream stream = from.stream();
        long offset = stream.startOffset();
        long end = stream.durableEndOffset();
        while (offset < end) {
            try (ReadResult fetched = Reads.at(stream, offset, chance.between(1, 20_000))) {
                from.records().checkShown(offset, fetched.appends());
                requireBeyond(from, offset, fetched.nextOffset());
                offset = fetched.nextOffset();
            } catch (DamagedException e) {
                offset = past(from, offset, e);
            }
        }
    }

    private void readCommitted(Open from) {
        var reader = new ExtentReader(life.store(), life.log(), life.process().environment());
        long offset = from.stream().startOffset();
        long end = from.stream().committedEndOffset();
        while (offset < end) {
            try (CommittedReader.Cursor cursor =
                    reader.read(from.stream().streamId(), offset, end)) {
                for (var append = cursor.next(); append != null; append = cursor.next()) {
                    from.records().checkShown(offset, List.of(append));
                    offset = append.nextOffset();
                }
                requireBeyond(from, end - 1, offset);
            } catch (DamagedException e) {
                offset = past(from, offset, e);
            }
        }
    }

    private void requireBeyond(Open from, long offset, long next) {
        simulation.check(
                next > offset, "%s: a read at %d goes on at %d", from.records(), offset, next);
    }

    private long past(Open from, long offset, DamagedException failure) {
        simulation.check(
                failure.fromOffset() <= offset
                        && failure.toOffset() > offset
                        && explained.test(from.stream().streamId(), failure),
                "%s: a read at %d fails, and no damage explains it: %s",
                from.records(),
                offset,
                failure);
        return failure.toOffset();
    }

    private Clock clock() {
        return life.process().environment().clock();
    }
}
