package io.oxbow.tableflow.translate;

import io.oxbow.s3stream.CommittedReader;
import io.oxbow.s3stream.StreamName;
import io.oxbow.s3stream.image.CoreImage;
import java.util.Optional;
import java.util.UUID;

/** The part of a topic's log that lies in data objects. */
public interface TopicLog {

    /** Returns the committed range of a partition; empty if it has no stream yet. */
    Optional<Committed> committed(UUID topicId, int partition);

    CommittedReader.Cursor read(Committed stream, long fromOffset, long toOffset);

    /**
     * @param endOffset after the last record in a data object
     */
    record Committed(long streamId, long startOffset, long endOffset) {}

    /** Returns the log by the metadata log's image, read straight from the bucket. */
    static TopicLog of(CoreImage image, CommittedReader reader) {
        return new TopicLog() {
            @Override
            public Optional<Committed> committed(UUID topicId, int partition) {
                return image.stream(new StreamName(topicId, partition, StreamName.Kind.DATA))
                        .map(s -> new Committed(s.streamId(), s.startOffset(), s.endOffset()));
            }

            @Override
            public CommittedReader.Cursor read(Committed stream, long from, long to) {
                return reader.read(stream.streamId(), from, to);
            }
        };
    }
}
