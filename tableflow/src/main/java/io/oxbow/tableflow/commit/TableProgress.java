package io.oxbow.tableflow.commit;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;

/**
 * Progress of a table through its topic's log, as a snapshot's summary holds it.
 *
 * @param nextOffsets per partition, the offset after the last one that the table has
 * @param watermarkMillis all that was appended up to then is in the table; 0 when unknown
 */
public record TableProgress(
        UUID topicId,
        SortedMap<Integer, Long> nextOffsets,
        long committerEpoch,
        long watermarkMillis,
        UUID commitId) {

    static final String NEXT_OFFSETS = "oxbow.next-offsets";
    static final String COMMITTER_EPOCH = "oxbow.committer-epoch";
    static final String WATERMARK = "oxbow.watermark";
    public static final String TOPIC_ID = "oxbow.topic-id";
    static final String COMMIT_ID = "oxbow.commit-id";

    public TableProgress {
        nextOffsets = Collections.unmodifiableSortedMap(new TreeMap<>(nextOffsets));
    }

    /** Returns the progress of a table before its first commit. */
    public static TableProgress none(UUID topicId) {
        return new TableProgress(topicId, new TreeMap<>(), 0, 0, new UUID(0, 0));
    }

    /**
     * Returns the offset after the last one in the table; empty for a partition of which the table
     * has nothing yet.
     */
    public OptionalLong nextOffset(int partition) {
        Long offset = nextOffsets.get(partition);
        return offset == null ? OptionalLong.empty() : OptionalLong.of(offset);
    }

    /** Returns true if a range begins at its partition's next offset. */
    public boolean canApply(TranslatedRange range) {
        Long next = nextOffsets.get(range.partition());
        return next == null || next == range.fromOffset();
    }

    /**
     * Returns the progress of the table with the ranges added.
     *
     * @throws IllegalStateException when one of them does not go on where its partition left off
     */
    public TableProgress apply(
            List<TranslatedRange> ranges, long epoch, long watermark, UUID newCommitId) {
        SortedMap<Integer, Long> next = new TreeMap<>(nextOffsets);
        for (TranslatedRange range : ranges) {
            Long expected = next.get(range.partition());
            if (expected != null && expected != range.fromOffset()) {
                throw new IllegalStateException(
                        "partition %d is at %d, the range begins at %d"
                                .formatted(range.partition(), expected, range.fromOffset()));
            }
            next.put(range.partition(), range.endOffset());
        }
        return new TableProgress(topicId, next, epoch, watermark, newCommitId);
    }

    /** Returns this progress in the form of a snapshot's summary. */
    Map<String, String> summary() {
        Map<String, String> summary = new HashMap<>();
        summary.put(NEXT_OFFSETS, NextOffsets.spell(nextOffsets));
        summary.put(COMMITTER_EPOCH, Long.toString(committerEpoch));
        summary.put(WATERMARK, Long.toString(watermarkMillis));
        summary.put(TOPIC_ID, topicId.toString());
        summary.put(COMMIT_ID, commitId.toString());
        return summary;
    }

    /** Returns a table's progress from its snapshots; empty if none of them is a commit of ours. */
    public static Optional<TableProgress> of(Table table) {
        return Ancestry.progress(((HasTableOperations) table).operations().current());
    }

    /** Returns true if a snapshot is a commit of ours. */
    public static boolean isOurs(Snapshot snapshot) {
        return of(snapshot.summary()).isPresent();
    }

    /** Returns the progress in a snapshot's summary, if the summary is one of ours. */
    static Optional<TableProgress> of(Map<String, String> summary) {
        String offsets = summary.get(NEXT_OFFSETS);
        String epoch = summary.get(COMMITTER_EPOCH);
        String watermark = summary.get(WATERMARK);
        String topic = summary.get(TOPIC_ID);
        String commit = summary.get(COMMIT_ID);
        if (offsets == null
                || epoch == null
                || watermark == null
                || topic == null
                || commit == null) {
            return Optional.empty();
        }
        return Optional.of(
                new TableProgress(
                        UUID.fromString(topic),
                        NextOffsets.parse(offsets),
                        Long.parseLong(epoch),
                        Long.parseLong(watermark),
                        UUID.fromString(commit)));
    }
}
