package io.oxbow.simulation.broker;

import io.oxbow.s3stream.ReadResult;
import io.oxbow.s3stream.RecoveredAppends;
import io.oxbow.s3stream.StreamName;
import io.oxbow.simulation.kernel.Chance;
import io.oxbow.simulation.kernel.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.common.Uuid;

/** A topic of the model of Kafka's controller, with the histories of its partitions. */
public final class PartitionedTopic {

    private final Uuid id;
    private final int checkpointBytes;
    private final List<RecordHistory> histories = new ArrayList<>();

    public PartitionedTopic(Simulation simulation, int partitions) {
        Chance chance = simulation.chance();
        UUID drawn = chance.uuid();
        this.id = new Uuid(drawn.getMostSignificantBits(), drawn.getLeastSignificantBits());
        this.checkpointBytes = chance.oneOf(List.of(500, 5_000, 1 << 20));
        for (int i = 0; i < partitions; i++) {
            histories.add(new RecordHistory(simulation, name() + "-" + i));
        }
    }

    Uuid id() {
        return id;
    }

    String name() {
        return "topic";
    }

    public int partitions() {
        return histories.size();
    }

    /** Returns the name of a partition's records, as the broker makes it. */
    StreamName stream(int partition) {
        return new StreamName(uuid(), partition, StreamName.Kind.DATA);
    }

    /** Returns true for a stream of this topic. */
    public boolean has(StreamName stream) {
        return stream.topicId().equals(uuid());
    }

    private UUID uuid() {
        return new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits());
    }

    /** Returns an observer that hears of this topic's streams alone: others hold no batches. */
    public RecoveredAppends only(RecoveredAppends observer) {
        return new RecoveredAppends() {
            @Override
            public void recovered(StreamName stream, ReadResult.Append append) {
                if (has(stream)) {
                    observer.recovered(stream, append);
                }
            }

            @Override
            public void lost(StreamName stream, long fromOffset, long toOffset, String log) {
                if (has(stream)) {
                    observer.lost(stream, fromOffset, toOffset, log);
                }
            }
        };
    }

    /** Returns the bytes after which a partition's state is written down. */
    int checkpointBytes() {
        return checkpointBytes;
    }

    RecordHistory history(int partition) {
        return histories.get(partition);
    }
}
