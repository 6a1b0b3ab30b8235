package io.oxbow.simulation.engine;

import io.oxbow.s3stream.CommittedReader;
import io.oxbow.s3stream.OffsetOutOfRangeException;
import io.oxbow.s3stream.ReadResult;
import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.log.MetadataLog;
import io.oxbow.s3stream.read.ExtentReader;
import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.simulation.history.Shown;
import io.oxbow.simulation.history.StreamHistory;
import io.oxbow.simulation.kernel.Chance;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads committed records of any stream, whichever node owns it, as translation into tables does.
 */
final class BackgroundReader {

    private final Cluster cluster;
    private final Life life;
    private final MetadataLog log;
    private final CommittedReader reader;
    private final Chance chance;

    BackgroundReader(Cluster cluster, Life life, ObjectStore store, MetadataLog log) {
        this.cluster = cluster;
        this.life = life;
        this.log = log;
        this.reader = new ExtentReader(store, log, life.process().environment());
        this.chance = cluster.simulation().chance().split();
    }

    void read() {
        List<CoreImage.StreamState> streams =
                log.image().streams().stream()
                        .filter(each -> each.endOffset() > each.startOffset())
                        .toList();
        if (streams.isEmpty() || chance.percent(60)) {
            return;
        }
        CoreImage.StreamState stream = chance.oneOf(streams);
        int length = (int) (stream.endOffset() - stream.startOffset());
        long from = stream.startOffset() + chance.nextInt(length);
        long to = from + 1 + chance.nextInt((int) (stream.endOffset() - from));
        try {
            read(stream.streamId(), from, to);
        } catch (OffsetOutOfRangeException e) {
            long start = log.image().stream(stream.streamId()).map(s -> s.startOffset()).orElse(to);
            cluster.simulation().check(start > from, "%s, but it is there: %s", stream, e);
        } catch (S3StreamException e) {
            life.requireReadable(e);
        }
    }

    private void read(long streamId, long from, long to) {
        StreamHistory history = cluster.histories().of(streamId);
        List<StreamHistory.Shown> shown = new ArrayList<>();
        long next = from;
        try (CommittedReader.Cursor cursor = reader.read(streamId, from, to)) {
            for (ReadResult.Append each = cursor.next(); each != null; each = cursor.next()) {
                shown.add(Shown.of(each));
                next = each.nextOffset();
            }
        }
        cluster.simulation()
                .check(
                        next >= to,
                        "stream %d: a read of [%d, %d) ends at %d",
                        streamId,
                        from,
                        to,
                        next);
        cluster.histories().note(() -> history.read(from, shown, Long.MAX_VALUE));
    }
}
