package io.oxbow.broker.partition;

import io.oxbow.s3stream.StreamName;
import io.oxbow.s3stream.StreamStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.apache.kafka.common.TopicIdPartition;
import org.jspecify.annotations.Nullable;

/**
 * Empties partitions for another broker: what they hold is uploaded while they serve, then the rest
 * while appends wait. Thread-safe; blocks.
 */
public final class Handover {

    private final StreamStore store;
    private final Checkpoints checkpoints;
    private final Function<TopicIdPartition, @Nullable StreamPartition> open;

    Handover(
            StreamStore store,
            Checkpoints checkpoints,
            Function<TopicIdPartition, @Nullable StreamPartition> open) {
        this.store = store;
        this.checkpoints = checkpoints;
        this.open = open;
    }

    /** Uploads what partitions hold while they serve, so that little is left for their stop. */
    public void uploadEarly(Collection<TopicIdPartition> ids, Duration limit) {
        List<StreamPartition> partitions = openOnes(ids);
        checkpoints.writeLong(partitions);
        store.upload(streamsOf(partitions), limit);
    }

    /**
     * Has appends to partitions wait, and uploads what was taken before.
     *
     * @return true when all of it is in the bucket; else appends go on
     */
    public boolean stop(Collection<TopicIdPartition> ids, Duration limit) {
        List<StreamPartition> partitions = openOnes(ids);
        partitions.forEach(StreamPartition::pause);
        boolean uploaded = false;
        try {
            checkpoints.writeLong(partitions);
            uploaded = store.upload(streamsOf(partitions), limit);
        } finally {
            if (!uploaded) {
                partitions.forEach(StreamPartition::goOn);
            }
        }
        return uploaded;
    }

    /** Lets appends go on that wait since a stop. */
    public void goOn(Collection<TopicIdPartition> ids) {
        openOnes(ids).forEach(StreamPartition::goOn);
    }

    private List<StreamPartition> openOnes(Collection<TopicIdPartition> ids) {
        return ids.stream().map(open).filter(Objects::nonNull).toList();
    }

    private List<StreamName> streamsOf(List<StreamPartition> partitions) {
        List<TopicIdPartition> ids = partitions.stream().map(StreamPartition::id).toList();
        var names = new ArrayList<StreamName>();
        ids.forEach(id -> names.add(StreamNames.of(id, StreamName.Kind.DATA)));
        names.addAll(checkpoints.openStreams(ids));
        return names;
    }
}
