package io.oxbow.s3stream.stream;

import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.image.Verdict;
import io.oxbow.s3stream.object.DataObject;
import io.oxbow.s3stream.object.ObjectKey;
import io.oxbow.s3stream.object.ObjectNumbers;
import java.util.List;

/**
 * Puts data objects and makes them part of their streams, one at a time. Used by one thread at a
 * time; blocks.
 */
final class Publisher {

    private final ObjectNumbers numbers;
    private final Bucket bucket;
    private final Commands commands;

    Publisher(ObjectNumbers numbers, Bucket bucket, Commands commands) {
        this.numbers = numbers;
        this.bucket = bucket;
        this.commands = commands;
    }

    /** The commits of one node epoch: this node's own, or a dead one's that is being recovered. */
    static final class Sequence {
        private static final long NOBODY = 0;

        private final long onBehalfOf;
        private long lastSeq;

        private Sequence(long onBehalfOf, long lastSeq) {
            this.onBehalfOf = onBehalfOf;
            this.lastSeq = lastSeq;
        }

        /** Commits of an epoch that has made none yet, in its own name. */
        static Sequence ofOwn() {
            return new Sequence(NOBODY, 0);
        }

        static Sequence onBehalfOf(Verdict.DeadEpoch dead) {
            return new Sequence(dead.nodeEpoch(), dead.lastCommitSeq());
        }
    }

    /**
     * Puts {@code object} and commits it; does not return before the outcome is definite.
     *
     * @param walLsns below which all is in data objects once this is committed
     * @return for each range whether it is part of its stream now
     */
    Outcome publish(Sequence sequence, DataObject object, List<Long> walLsns) {
        ObjectKey key = numbers.take();
        bucket.put(key.path(), object.body());
        var newObject = new CoreRecord.NewObject(key.path(), object.size(), object.ranges());
        Verdict verdict = commit(sequence, walLsns, List.of(newObject));
        numbers.settle(key);
        return switch (verdict) {
            case Verdict.Committed(var accepted) -> new Outcome.Done(accepted);
            case Verdict.AlreadyApplied already -> new Outcome.Done(acceptedEarlier(newObject));
            default -> refused(verdict);
        };
    }

    /** Tells the metadata log only how far the write-ahead log is covered. */
    Outcome cover(Sequence sequence, List<Long> walLsns) {
        Verdict verdict = commit(sequence, walLsns, List.of());
        return switch (verdict) {
            case Verdict.Committed done -> new Outcome.Done(List.of());
            case Verdict.Applied done -> new Outcome.Done(List.of());
            case Verdict.AlreadyApplied already -> new Outcome.Done(List.of());
            default -> refused(verdict);
        };
    }

    private Verdict commit(
            Sequence sequence, List<Long> walLsns, List<CoreRecord.NewObject> objects) {
        sequence.lastSeq++;
        return commands.untilDefinite(
                new CoreRecord.CommitObjects(
                        numbers.nodeId(),
                        numbers.nodeEpoch(),
                        sequence.onBehalfOf,
                        sequence.lastSeq,
                        numbers.settledBelow(),
                        walLsns,
                        objects));
    }

    /**
     * The commit was applied when an earlier attempt's answer got lost. Nobody else can have moved
     * these streams' ends at these epochs, so an end at or beyond a range's says it was accepted.
     */
    private List<Boolean> acceptedEarlier(CoreRecord.NewObject object) {
        CoreImage image = commands.image();
        return object.ranges().stream()
                .map(range ->
                        image.stream(range.streamId()).filter(s -> holds(s, range)).isPresent())
                .toList();
    }

    private static boolean holds(CoreImage.StreamState stream, CoreRecord.Range range) {
        return stream.epoch() == range.streamEpoch()
                && stream.endOffset() >= range.startOffset() + range.count();
    }

    private static Outcome refused(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Fenced(var why) -> new Outcome.Fenced(why);
            default -> throw new IllegalStateException("commit was answered with " + verdict);
        };
    }

    /** What became of a commit. */
    sealed interface Outcome {
        /**
         * @param accepted per range; false: the stream has moved on without it
         */
        record Done(List<Boolean> accepted) implements Outcome {}

        record Fenced(String why) implements Outcome {}
    }
}
