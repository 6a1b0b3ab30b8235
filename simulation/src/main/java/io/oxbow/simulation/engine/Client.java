package io.oxbow.simulation.engine;

import io.oxbow.s3stream.Commit;
import io.oxbow.s3stream.FencedException;
import io.oxbow.s3stream.OffsetOutOfRangeException;
import io.oxbow.s3stream.ReadResult;
import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.S3StreamException.Retry;
import io.oxbow.s3stream.Stream;
import io.oxbow.s3stream.StreamName;
import io.oxbow.s3stream.engine.NodeStreams;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.simulation.history.Attempt;
import io.oxbow.simulation.history.Opening;
import io.oxbow.simulation.history.Reads;
import io.oxbow.simulation.history.Shown;
import io.oxbow.simulation.history.StreamHistory;
import io.oxbow.simulation.kernel.Chance;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Drives one stream at one node. It opens the stream when the stream is to be here, appends, reads
 * and trims, closes it when it is to be elsewhere, and deletes it now and then. Everything seen is
 * written into the stream's history.
 */
final class Client {

    private final Cluster cluster;
    private final Life life;
    private final NodeStreams node;
    private final int index;
    private final StreamName name;
    private final Chance chance;
    private @Nullable Open open;
    private boolean mayHold;

    /** The stream as it is open here. */
    private record Open(Stream stream, StreamHistory history, Opening opening) {}

    Client(Cluster cluster, Life life, NodeStreams node, int index) {
        this.cluster = cluster;
        this.life = life;
        this.node = node;
        this.index = index;
        this.name = cluster.name(index);
        this.chance = cluster.simulation().chance().split();
    }

    // ---- writing, by one thread

    void write() throws InterruptedException {
        try {
            if (cluster.ownerOf(index) != life.nodeId()) {
                letGo();
                return;
            }
            Open current = opened();
            if (current == null) {
                return;
            }
            if (chance.oneIn(15)) {
                trim(current);
            } else if (chance.oneIn(150)) {
                delete();
            } else {
                append(current);
            }
        } catch (FencedException e) {
            open = null;
        } catch (S3StreamException e) {
            // the node has failed, or nobody leads: the next time shows
            life.requireExpected("a client", e);
        }
    }

    private void letGo() {
        if (mayHold) {
            node.close(Set.of(name));
            mayHold = false;
            open = null;
        }
    }

    private @Nullable Open opened() {
        Stream stream;
        try {
            mayHold = true;
            stream = node.open(Set.of(name)).get(name);
        } catch (FencedException e) {
            return null;
        } catch (S3StreamException e) {
            if (e.retry() != Retry.RETRYABLE) {
                life.requireExpected("open", e);
            }
            return null;
        }
        Open current = open;
        if (stream == null || (current != null && current.stream() == stream)) {
            return current;
        }
        StreamHistory history = cluster.histories().of(stream.streamId());
        long next = stream.nextOffset();
        cluster.histories()
                .note(() ->
                        open =
                                new Open(
                                        stream,
                                        history,
                                        history.opened(
                                                life.toString(),
                                                stream.epoch(),
                                                stream.startOffset(),
                                                next)));
        return open;
    }

    private void append(Open to) throws InterruptedException {
        Commit last = null;
        for (int i = chance.between(1, 6); i > 0; i--) {
            last = appendOne(to);
        }
        if (last != null && chance.percent(60)) {
            last.await();
        }
    }

    private Commit appendOne(Open to) {
        byte[] bytes = chance.bytes(chance.percent(85) ? 8 + chance.nextInt(400) : 5000);
        int count = chance.between(1, 4);
        long base = to.stream().nextOffset();
        Attempt[] attempt = new Attempt[1];
        cluster.histories()
                .note(() -> attempt[0] = to.history().appending(to.opening(), base, count, bytes));
        Commit commit;
        try {
            commit = to.stream().append(ByteBuffer.wrap(bytes), count, life.clock().wallMillis());
        } catch (S3StreamException e) {
            if (e.retry() != Retry.UNKNOWN) {
                cluster.histories().note(() -> to.history().cancelled(attempt[0]));
            }
            throw e;
        }
        var told = new Commit(commit.baseOffset(), commit.nextOffset());
        commit.onComplete(failure -> {
            if (failure == null) {
                cluster.histories().note(() -> to.history().acked(attempt[0]));
            }
            told.complete(failure);
        });
        return told;
    }

    private void trim(Open of) {
        long start = of.stream().startOffset();
        long end = of.stream().durableEndOffset();
        if (end > start) {
            long to = start + chance.nextInt((int) (end - start) + 1);
            of.history().trimming(of.opening(), to);
            of.stream().trim(to);
            of.history().trimmed(of.opening(), to);
        }
    }

    private void delete() {
        open = null;
        node.delete(Set.of(name));
    }

    // ---- reading, by another thread

    void read() {
        Open from = open;
        if (from == null) {
            return;
        }
        long start = from.stream().startOffset();
        long end = from.stream().durableEndOffset();
        cluster.histories().note(() -> from.history().durableEnd(from.opening(), end));
        if (end > start) {
            long offset = start + chance.nextInt((int) (end - start));
            readAll(from, offset, Math.min(end, offset + chance.between(1, 200)));
        }
    }

    private void readAll(Open from, long offset, long end) {
        long position = offset;
        try {
            while (position < end) {
                long at = position;
                try (ReadResult fetched = Reads.at(from.stream(), at, chance.between(1, 20_000))) {
                    List<StreamHistory.Shown> shown = new ArrayList<>();
                    fetched.appends().forEach(each -> shown.add(Shown.of(each)));
                    long durable = durableEnd(from);
                    cluster.histories().note(() -> from.history().read(at, shown, durable));
                    position = fetched.nextOffset();
                    cluster.simulation()
                            .check(
                                    position > at,
                                    "%s: a read at %d below the durable end %d shows nothing",
                                    name,
                                    at,
                                    end);
                }
            }
        } catch (OffsetOutOfRangeException e) {
            cluster.simulation()
                    .check(
                            position < from.stream().startOffset(),
                            "%s: offset %d is there, but: %s",
                            name,
                            position,
                            e);
        } catch (S3StreamException e) {
            if (from == open) {
                life.requireReadable(e);
            }
        }
    }

    /**
     * Returns the end below which a reader may be shown records; a deposed owner may show what its
     * successors have committed.
     */
    private long durableEnd(Open of) {
        long committed =
                cluster.canon().image().stream(of.stream().streamId())
                        .map(CoreImage.StreamState::endOffset)
                        .orElse(0L);
        return Math.max(of.stream().durableEndOffset(), committed);
    }

    /** Reads all records of a stream that is open here; for the end of a run. */
    void audit() throws InterruptedException {
        Open from = opened();
        while (from == null) {
            life.clock().sleep(Duration.ofSeconds(1));
            from = opened();
        }
        readAll(from, from.stream().startOffset(), from.stream().durableEndOffset());
    }
}
