package io.oxbow.node.cluster;

import io.oxbow.broker.Broker;
import io.oxbow.broker.partition.Partition;
import io.oxbow.node.adapter.TopicSchemaLog;
import io.oxbow.s3stream.StreamName;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.schema.SchemaLogException;
import io.oxbow.schema.SchemaRegistry;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.image.TopicImage;
import org.apache.kafka.metadata.PartitionRegistration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Place of the registry whose log is a topic: the node that has the partition's stream open.
 *
 * <p>The image of the metadata log says who that is. Nobody else can have acked a record while the
 * stream was this process's, and it is as long as no later slot says otherwise.
 */
public final class TopicRegistryPlace implements RegistryPlace {

    private static final Logger LOG = LoggerFactory.getLogger(TopicRegistryPlace.class);

    private final Broker broker;
    private final Supplier<CoreImage> image;
    private final Process process;
    private final EndOfLog log;
    private final TopicSchemaLog topic;
    private final SchemaRegistry registry;

    /** A process of a node. */
    public record Process(int nodeId, UUID incarnation) {}

    /**
     * @param process this one
     * @param registry over {@code topic}
     */
    public TopicRegistryPlace(
            Broker broker,
            Supplier<CoreImage> image,
            Process process,
            EndOfLog log,
            TopicSchemaLog topic,
            SchemaRegistry registry) {
        this.broker = broker;
        this.image = image;
        this.process = process;
        this.log = log;
        this.topic = topic;
        this.registry = registry;
    }

    @Override
    public Seat find() {
        TopicImage known = broker.metadata().image().topics().getTopic(TopicSchemaLog.TOPIC);
        PartitionRegistration partition = known == null ? null : known.partitions().get(0);
        if (partition == null) {
            return new Seat.Unmade();
        }
        if (partitionHere().isPresent()) {
            return new Seat.Here();
        }
        int leader = partition.leader;
        if (leader == process.nodeId()) {
            return new Seat.Vacant("node %d is about to serve it".formatted(leader));
        }
        return image.get()
                .node(leader)
                .filter(node -> !node.fenced())
                .<Seat>map(node ->
                        new Seat.There(
                                leader,
                                node.incarnation(),
                                node.endpoint(),
                                node.membership().rpcEndpoint()))
                .orElseGet(() -> new Seat.Vacant("its topic has no leader"));
    }

    /** Returns the registry's partition if its stream is this process's in the image. */
    private Optional<Partition> partitionHere() {
        TopicImage known = broker.metadata().image().topics().getTopic(TopicSchemaLog.TOPIC);
        if (known == null) {
            return Optional.empty();
        }
        Uuid id = known.id();
        var name =
                new StreamName(
                        new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits()),
                        0,
                        StreamName.Kind.DATA);
        CoreImage now = image.get();
        boolean owned =
                now.stream(name).filter(stream -> isOurs(now, stream.ownerNodeEpoch())).isPresent();
        return owned ? broker.partitions().find(TopicSchemaLog.TOPIC, 0) : Optional.empty();
    }

    private boolean isOurs(CoreImage now, long ownerEpoch) {
        return now.node(process.nodeId())
                .filter(node -> node.nodeEpoch() == ownerEpoch && !node.fenced())
                .filter(node -> node.incarnation().equals(process.incarnation()))
                .isPresent();
    }

    @Override
    public boolean confirm(Duration limit) throws InterruptedException {
        Partition before = partitionHere().orElse(null);
        if (before == null || !log.await(limit) || isAnother(before)) {
            return false;
        }
        try {
            registry.catchUp();
        } catch (SchemaLogException e) {
            LOG.info("the schema registry cannot be read now: {}", e.getMessage());
            return false;
        }
        // A partition that is another's by now may have been read short.
        return !isAnother(before);
    }

    private boolean isAnother(Partition before) {
        return partitionHere().filter(now -> now == before).isEmpty();
    }

    @Override
    public void create() throws InterruptedException {
        try {
            topic.create();
        } catch (ApiException e) {
            LOG.info("the topic {} is not made yet: {}", TopicSchemaLog.TOPIC, e.getMessage());
        }
    }
}
