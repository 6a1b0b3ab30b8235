package io.oxbow.broker.balance;

import io.oxbow.broker.balance.Scene.Member;
import io.oxbow.broker.balance.Scene.Placed;
import io.oxbow.broker.balance.Scene.Rest;
import io.oxbow.broker.move.Moves;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.TopicImage;
import org.apache.kafka.metadata.BrokerRegistration;
import org.apache.kafka.metadata.PartitionRegistration;

/** Reads from an image what the balancer plans for. */
final class Surroundings {

    private Surroundings() {}

    static List<Integer> brokersUp(MetadataImage image) {
        return image.cluster().brokers().keySet().stream()
                .filter(broker -> Moves.isUp(image, broker))
                .sorted()
                .toList();
    }

    /** Returns the leader of a partition; -1 if it has none, or is not there. */
    static int leader(MetadataImage image, TopicPartition id) {
        TopicImage topic = image.topics().getTopic(id.topic());
        PartitionRegistration partition =
                topic == null ? null : topic.partitions().get(id.partition());
        return partition == null ? -1 : partition.leader;
    }

    /**
     * Returns what there is to plan for.
     *
     * @param takes whether a broker that is up may give and take
     * @param late whether a partition has moved lately
     */
    static Scene scene(
            MetadataImage image,
            IntPredicate takes,
            Function<TopicPartition, Load> loads,
            Predicate<TopicPartition> late) {
        List<Member> members =
                brokersUp(image).stream()
                        .filter(takes::test)
                        .map(broker -> new Member(broker, zone(image, broker)))
                        .toList();
        var placed = new ArrayList<Placed>();
        for (TopicImage topic : image.topics().topicsById().values()) {
            topic.partitions()
                    .forEach((index, partition) -> {
                        var id = new TopicPartition(topic.name(), index);
                        placed.add(
                                new Placed(
                                        id,
                                        holder(image, partition),
                                        rest(image, partition, late.test(id)),
                                        loads.apply(id)));
                    });
        }
        placed.sort(
                Comparator.comparing((Placed each) -> each.id().topic())
                        .thenComparingInt(each -> each.id().partition()));
        return new Scene(members, placed);
    }

    private static String zone(MetadataImage image, int broker) {
        BrokerRegistration registration = image.cluster().broker(broker);
        return registration == null ? "" : registration.rack().orElse("");
    }

    /** Returns the broker, one that is up, that a partition moves to, or else its leader. */
    private static int holder(MetadataImage image, PartitionRegistration partition) {
        return IntStream.of(partition.addingReplicas)
                .filter(broker -> Moves.isUp(image, broker))
                .findFirst()
                .orElse(partition.leader);
    }

    /**
     * A partition is on its way while a broker that it is to have is up. Where that one is down,
     * the partition must neither count as a move, which may never end, nor stay for its sake.
     */
    private static Rest rest(MetadataImage image, PartitionRegistration partition, boolean late) {
        if (IntStream.of(partition.addingReplicas).anyMatch(broker -> Moves.isUp(image, broker))) {
            return Rest.MOVING;
        }
        boolean wanted = partition.addingReplicas.length + partition.removingReplicas.length > 0;
        return late || wanted ? Rest.LATE : Rest.NONE;
    }
}
