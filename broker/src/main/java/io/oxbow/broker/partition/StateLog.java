package io.oxbow.broker.partition;

import io.oxbow.broker.partition.LeaderEpochs.EpochStart;
import io.oxbow.broker.producer.AbortedTransaction;
import io.oxbow.broker.producer.ProducerState;
import io.oxbow.s3stream.Commit;
import io.oxbow.s3stream.CorruptException;
import io.oxbow.s3stream.DamagedException;
import io.oxbow.s3stream.ReadResult;
import io.oxbow.s3stream.Stream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of one partition, in its STATE stream: each takes as many appends as it has
 * parts. Used by one thread at a time (the {@link Checkpoints} lock).
 */
final class StateLog {

    private static final Logger LOG = LoggerFactory.getLogger(StateLog.class);

    /** Number of checkpoints between two trims: a trim is an entry in the metadata log. */
    static final int CHECKPOINTS_PER_TRIM = 16;

    private final Stream stream;

    /** Start offsets of the checkpoints written since the last trim. */
    private final ArrayDeque<Long> written = new ArrayDeque<>();

    StateLog(Stream stream) {
        this.stream = stream;
    }

    /** Checkpoint that is appended, and not durable yet. */
    final class Write {
        private final long first;
        private final @Nullable Commit last;

        private Write(long first, @Nullable Commit last) {
            this.first = first;
            this.last = last;
        }

        /** Returns when the checkpoint is durable. */
        void await() throws InterruptedException {
            if (last != null) {
                last.await();
            }
            written.add(first);
            if (written.size() >= CHECKPOINTS_PER_TRIM) {
                trim();
            }
        }
    }

    /** Appends a checkpoint; the next one of this log begins after this one is durable. */
    Write begin(StateCheckpoint checkpoint) {
        long first = stream.nextOffset();
        Commit last = null;
        for (ByteBuffer part : CheckpointFormat.encode(checkpoint)) {
            last = stream.append(part, 1, -1);
        }
        return new Write(first, last);
    }

    /**
     * Trims up to the newest checkpoint in the bucket: a trim beyond would have to wait for an
     * upload.
     */
    private void trim() {
        long uploaded = stream.committedEndOffset();
        Long newest = null;
        while (!written.isEmpty() && written.getFirst() < uploaded) {
            newest = written.removeFirst();
        }
        if (newest != null) {
            stream.trim(newest);
        }
    }

    /**
     * Returns the newest whole checkpoint of at most {@code dataEndOffset}. One beyond it would
     * describe records that a crash has taken; one that can't be read is passed over, at the price
     * of a longer replay.
     */
    Optional<StateCheckpoint> newest(long dataEndOffset) {
        long end = stream.durableEndOffset();
        while (end > stream.startOffset()) {
            CheckpointFormat.@Nullable Part last = readPart(end - 1);
            if (last == null) {
                end--;
                continue;
            }
            long first = end - 1 - last.index();
            if (last.index() == last.count() - 1
                    && first >= stream.startOffset()
                    && last.content().dataOffset() <= dataEndOffset) {
                Optional<StateCheckpoint> whole = join(first, last.count());
                if (whole.isPresent()) {
                    return whole;
                }
            }
            end = Math.max(first, stream.startOffset());
        }
        return Optional.empty();
    }

    private Optional<StateCheckpoint> join(long firstOffset, int count) {
        var producers = new ArrayList<ProducerState>();
        var aborted = new ArrayList<AbortedTransaction>();
        List<EpochStart> epochs = List.of();
        long dataOffset = -1;
        long cleanedTo = 0;
        for (int i = 0; i < count; i++) {
            CheckpointFormat.@Nullable Part part = readPart(firstOffset + i);
            boolean fits =
                    part != null
                            && part.index() == i
                            && part.count() == count
                            && (i == 0 || part.content().dataOffset() == dataOffset);
            if (part == null || !fits) {
                return Optional.empty();
            }
            dataOffset = part.content().dataOffset();
            cleanedTo = part.content().cleanedTo();
            epochs = i == 0 ? part.content().epochs() : epochs;
            producers.addAll(part.content().producers());
            aborted.addAll(part.content().aborted());
        }
        return Optional.of(new StateCheckpoint(dataOffset, epochs, producers, aborted, cleanedTo));
    }

    private CheckpointFormat.@Nullable Part readPart(long offset) {
        try (ReadResult fetched = stream.read(offset, 1)) {
            return CheckpointFormat.decode(fetched.appends().getFirst().records());
        } catch (CorruptException | DamagedException e) {
            LOG.warn("passing over the checkpoint at {} of {}", offset, stream.name(), e);
            return null;
        }
    }
}
