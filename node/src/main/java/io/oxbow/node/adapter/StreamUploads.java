package io.oxbow.node.adapter;

import io.oxbow.s3stream.StreamName;
import io.oxbow.s3stream.StreamStore;
import io.oxbow.tableflow.service.TopicUploads;
import io.oxbow.tableflow.translate.TableTopic;
import java.util.stream.IntStream;

/** The uploads of this node's streams, for the table service. */
public record StreamUploads(StreamStore streams) implements TopicUploads {

    @Override
    public void soon() {
        streams.uploadSoon();
    }

    @Override
    public boolean arePending(TableTopic topic) {
        return streams.hasUnuploaded(
                IntStream.range(0, topic.partitions())
                        .mapToObj(partition ->
                                new StreamName(topic.id(), partition, StreamName.Kind.DATA))
                        .toList());
    }
}
