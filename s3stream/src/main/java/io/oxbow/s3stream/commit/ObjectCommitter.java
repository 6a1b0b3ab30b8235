package io.oxbow.s3stream.commit;

import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.image.ObjectKey;
import io.oxbow.s3stream.object.DataObject;
import io.oxbow.s3stream.object.ObjectNumbers;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts data objects and commits them to their streams in the metadata log. Puts may go on side by
 * side; commits of one sequence come from one thread at a time. Blocks.
 */
public final class ObjectCommitter {

    private final ObjectNumbers numbers;
    private final Bucket bucket;
    private final Commands commands;

    public ObjectCommitter(ObjectNumbers numbers, Bucket bucket, Commands commands) {
        this.numbers = numbers;
        this.bucket = bucket;
        this.commands = commands;
    }

    /**
     * Commit sequence of one node epoch: this node's own, or that of a dead epoch under recovery.
     */
    public static final class Sequence {
        private static final long NOBODY = 0;

        private final long onBehalfOf;
        private long lastSeq;

        private Sequence(long onBehalfOf, long lastSeq) {
            this.onBehalfOf = onBehalfOf;
            this.lastSeq = lastSeq;
        }

        /** Starts the sequence of this node's own epoch, which has made no commit yet. */
        public static Sequence ofOwn() {
            return new Sequence(NOBODY, 0);
        }

        public static Sequence onBehalfOf(ApplyResult.DeadEpoch dead) {
            return new Sequence(dead.nodeEpoch(), dead.lastCommitSeq());
        }
    }

    /** Data object with its key, to be put or committed. */
    public record Keyed(ObjectKey key, DataObject object) {

        /** Returns what a commit needs of an object that has been put. */
        public Keyed withoutBody() {
            return new Keyed(key, object.withoutBody());
        }

        private CoreRecord.NewObject forLog() {
            return new CoreRecord.NewObject(key.path(), object.size(), object.ranges());
        }
    }

    /** Assigns an object the key under which it will be put and committed. */
    public Keyed key(DataObject object) {
        return new Keyed(numbers.take(), object);
    }

    /** Puts the object, and retries until it is done; may be called by several threads at once. */
    public void put(Keyed object) {
        bucket.put(object.key.path(), object.object.body());
    }

    /**
     * Objects that become part of their streams together.
     *
     * @param walLsns below which all is in data objects once this is committed, per volume
     */
    public record Group(List<Keyed> objects, List<Long> walLsns) {}

    /**
     * Commits objects that have been put, as one unit, and returns when the outcome is definite.
     *
     * @param walLsns as of {@link Group}
     */
    public Outcome commit(Sequence sequence, List<Keyed> objects, List<Long> walLsns) {
        return commit(sequence, List.of(new Group(objects, walLsns))).getFirst();
    }

    /**
     * Commits groups in order, each by a record of its own, in one slot of the metadata log.
     * Returns when the outcomes are definite.
     *
     * @return the outcome of each group, in order
     */
    public List<Outcome> commit(Sequence sequence, List<Group> groups) {
        List<CoreRecord> records = new ArrayList<>(groups.size());
        for (Group group : groups) {
            sequence.lastSeq++;
            records.add(
                    new CoreRecord.CommitObjects(
                            numbers.nodeId(),
                            numbers.nodeEpoch(),
                            sequence.onBehalfOf,
                            sequence.lastSeq,
                            numbers.settledBelow(),
                            group.walLsns,
                            forLog(group)));
        }
        List<ApplyResult> results = commands.untilDefinite(records);
        List<Outcome> outcomes = new ArrayList<>(groups.size());
        for (int i = 0; i < groups.size(); i++) {
            groups.get(i).objects.forEach(object -> numbers.settle(object.key));
            outcomes.add(outcome(groups.get(i), results.get(i)));
        }
        return outcomes;
    }

    private static List<CoreRecord.NewObject> forLog(Group group) {
        return group.objects.stream().map(Keyed::forLog).toList();
    }

    private Outcome outcome(Group group, ApplyResult result) {
        return switch (result) {
            case ApplyResult.Committed(var accepted) -> new Outcome.Done(accepted);
            case ApplyResult.Applied nothing -> new Outcome.Done(List.of());
            case ApplyResult.AlreadyApplied already ->
                    new Outcome.Done(acceptedEarlier(forLog(group)));
            default -> refused(result);
        };
    }

    /** Gives up an object that will not be committed, and of which no put is under way. */
    public void abandon(Keyed object) {
        numbers.settle(object.key);
    }

    /** Commits no object, but tells the metadata log up to where the write-ahead log is covered. */
    public Outcome cover(Sequence sequence, List<Long> walLsns) {
        return commit(sequence, List.of(), walLsns);
    }

    /**
     * Finds out which ranges were accepted by a commit that was applied although its answer got
     * lost. Nobody else can have moved these streams' ends at these epochs, so an end at or beyond
     * a range's says it was accepted.
     */
    private List<Boolean> acceptedEarlier(List<CoreRecord.NewObject> objects) {
        CoreImage image = commands.image();
        return objects.stream()
                .flatMap(object -> object.ranges().stream())
                .map(range ->
                        image.stream(range.streamId()).filter(s -> holds(s, range)).isPresent())
                .toList();
    }

    private static boolean holds(CoreImage.StreamState stream, CoreRecord.Range range) {
        return stream.epoch() == range.streamEpoch()
                && stream.endOffset() >= range.startOffset() + range.count();
    }

    private static Outcome refused(ApplyResult result) {
        return switch (result) {
            case ApplyResult.Fenced(var why) -> new Outcome.Fenced(why);
            case ApplyResult.Refused(var why) -> new Outcome.Refused(why);
            default -> throw new IllegalStateException("commit was answered with " + result);
        };
    }

    /** Outcome of a commit: done, fenced or refused. */
    public sealed interface Outcome {
        /**
         * @param accepted per range, over all objects in order; false: the stream has moved on
         *     without it
         */
        record Done(List<Boolean> accepted) implements Outcome {}

        record Fenced(String why) implements Outcome {}

        /** The dead epoch is not this node's to commit for any more. */
        record Refused(String why) implements Outcome {}
    }
}
