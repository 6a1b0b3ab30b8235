package io.oxbow.simulation.scenario;

import io.oxbow.s3stream.Commit;
import io.oxbow.s3stream.OffsetOutOfRangeException;
import io.oxbow.s3stream.ReadResult;
import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.Stream;
import io.oxbow.s3stream.StreamName;
import io.oxbow.s3stream.engine.NodeStreams;
import io.oxbow.s3stream.env.Clock;
import io.oxbow.s3stream.log.BucketMetadataLog;
import io.oxbow.s3stream.log.LogAppendException;
import io.oxbow.s3stream.log.LogConfig;
import io.oxbow.s3stream.log.MetadataLog;
import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.wal.file.FileWalVolume;
import io.oxbow.simulation.history.Reads;
import io.oxbow.simulation.kernel.Chance;
import io.oxbow.simulation.kernel.SimulatedProcess;
import io.oxbow.simulation.kernel.Simulation;
import io.oxbow.simulation.world.FaultyObjectStore;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A node, for one life: opens its streams, appends, reads and trims until it dies. */
final class StreamNode {

    private static final Duration PAUSE_MAX = Duration.ofSeconds(1);

    /** The process, store and disk of a life. */
    record Place(
            SimulatedProcess process,
            FaultyObjectStore store,
            io.oxbow.s3stream.wal.disk.WalDisk disk,
            boolean diskMayFail) {}

    private final Simulation simulation;
    private final StreamSettings settings;
    private final Map<StreamName, StreamModel> models;
    private final Place place;
    private final Chance chance;
    private final Seams seams;
    private @Nullable MetadataLog log;
    private @Nullable NodeStreams streams;

    StreamNode(
            Simulation simulation,
            StreamSettings settings,
            Map<StreamName, StreamModel> models,
            Place place,
            Seams seams) {
        this.simulation = simulation;
        this.settings = settings;
        this.models = models;
        this.place = place;
        this.seams = seams;
        this.chance = simulation.chance().split();
    }

    @Nullable NodeStreams streams() {
        return streams;
    }

    MetadataLog log() {
        return java.util.Objects.requireNonNull(log);
    }

    /** Starts all parts and checks what is found; null if a failing disk prevented it. */
    @Nullable NodeStreams open() {
        ObjectStore store = seams.store().apply(place.store());
        LogConfig config = settings.log(chance.uuid());
        MetadataLog opened =
                seams.log()
                        .apply(
                                BucketMetadataLog.open(
                                        store, config, place.process().environment()));
        log = opened;
        opened.takeOver(leader -> MetadataLog.LeaderSign.ENDED);
        place.process().spawn(() -> keepLeading(opened));
        try {
            FileWalVolume volume =
                    FileWalVolume.open(settings.wal(), place.disk(), place.process().environment());
            NodeStreams node =
                    NodeStreams.open(
                            settings.streams(config.incarnation()),
                            place.process().environment(),
                            store,
                            opened,
                            volume);
            checkOpened(openStreams(node));
            streams = node;
            return node;
        } catch (S3StreamException e) {
            simulation.check(
                    place.diskMayFail() && String.valueOf(e).contains("simulated failure"),
                    "cannot start: %s",
                    e);
            return null;
        }
    }

    /** Opens the streams as callers do: again, while the metadata log changes hands. */
    Map<StreamName, Stream> openStreams(NodeStreams node) {
        while (true) {
            try {
                return node.open(models.keySet());
            } catch (LogAppendException e) {
                pause();
            }
        }
    }

    private void pause() {
        try {
            clock().sleep(PAUSE_MAX);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private StreamModel model(StreamName name) {
        return java.util.Objects.requireNonNull(models.get(name));
    }

    private void checkOpened(Map<StreamName, Stream> opened) {
        opened.forEach((name, stream) ->
                model(name).checkOpened(stream.startOffset(), stream.nextOffset()));
    }

    /** Leads the log again when a rival has taken it. */
    private void keepLeading(MetadataLog opened) {
        loop(() -> {
            if (!opened.leadership().here()) {
                opened.takeOver(leader -> MetadataLog.LeaderSign.ENDED);
            }
        });
    }

    void live() {
        NodeStreams node = open();
        if (node == null) {
            return;
        }
        openStreams(node)
                .forEach((name, stream) -> {
                    StreamModel model = model(name);
                    place.process().spawn(() -> loop(() -> append(stream, model)));
                    place.process().spawn(() -> loop(() -> read(stream, model)));
                    place.process().spawn(() -> loop(() -> trim(stream, model)));
                });
    }

    private interface Work {
        void run() throws InterruptedException;
    }

    /** Repeats the work until the store takes no more. */
    private void loop(Work work) {
        try {
            while (true) {
                clock().sleep(chance.between(Duration.ofMillis(1), PAUSE_MAX));
                work.run();
            }
        } catch (S3StreamException e) {
            // the node has failed or was closed; the checks come with the next life
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void append(Stream stream, StreamModel model) throws InterruptedException {
        Commit last = null;
        for (int i = chance.between(1, 6); i > 0; i--) {
            int size = chance.percent(85) ? chance.nextInt(400) : chance.nextInt(5000);
            byte[] bytes = chance.bytes(size);
            int count = chance.between(1, 4);
            StreamModel.Attempt attempt = model.attempt(stream.nextOffset(), count, bytes);
            Commit commit = stream.append(ByteBuffer.wrap(bytes), count, clock().wallMillis());
            last = new Commit(commit.baseOffset(), commit.nextOffset());
            Commit told = last;
            commit.onComplete(failure -> {
                if (failure == null) {
                    model.acked(attempt);
                }
                told.complete(failure);
            });
        }
        if (last != null && chance.percent(70)) {
            last.await();
        }
    }

    private void read(Stream stream, StreamModel model) {
        long start = stream.startOffset();
        long end = stream.durableEndOffset();
        if (end <= start) {
            return;
        }
        long offset = start + chance.nextInt((int) (end - start));
        readAll(stream, model, offset, Math.min(end, offset + chance.between(1, 200)));
    }

    /** Reads from {@code offset} until {@code end}, checking all of it. */
    void readAll(Stream stream, StreamModel model, long offset, long end) {
        long position = offset;
        try {
            while (position < end) {
                try (ReadResult fetched = Reads.at(stream, position, chance.between(1, 20_000))) {
                    model.checkRead(position, fetched);
                    simulation.check(
                            fetched.nextOffset() > position,
                            "a read at %d below the durable end %d shows nothing",
                            position,
                            end);
                    position = fetched.nextOffset();
                }
            }
        } catch (OffsetOutOfRangeException e) {
            simulation.check(
                    position < stream.startOffset(), "offset %d is there, but: %s", position, e);
        }
    }

    private void trim(Stream stream, StreamModel model) {
        long start = stream.startOffset();
        long end = stream.durableEndOffset();
        if (!chance.oneIn(12) || end <= start) {
            return;
        }
        long to = start + chance.nextInt((int) (end - start) + 1);
        model.trimAsked(to);
        stream.trim(to);
        model.trimDone(to);
    }

    private Clock clock() {
        return place.process().environment().clock();
    }
}
