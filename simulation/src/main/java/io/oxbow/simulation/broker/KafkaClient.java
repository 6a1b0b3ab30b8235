package io.oxbow.simulation.broker;

import io.oxbow.simulation.kernel.Chance;
import io.oxbow.simulation.world.Reply;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.apache.kafka.metadata.PartitionRegistration;
import org.jspecify.annotations.Nullable;

/**
 * A client's view of one partition. It learns the leader from any node, keeps the newest that it
 * has heard of, and calls the process at that node's address, now and then an older one.
 */
final class KafkaClient {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int NOBODY = -1;

    private final Surroundings cluster;
    private final int partition;
    private final Chance chance;
    private int leader = NOBODY;
    private int leaderEpoch = -1;

    KafkaClient(Surroundings cluster, int partition) {
        this.cluster = cluster;
        this.partition = partition;
        this.chance = cluster.simulation().chance().split();
    }

    int leaderEpoch() {
        return leaderEpoch;
    }

    /** Asks some node for the partition's leader. */
    void refresh() {
        List<? extends HostProcess> running =
                cluster.processes().stream().filter(life -> life.process().isRunning()).toList();
        PartitionHost host = running.isEmpty() ? null : chance.oneOf(running).host();
        if (host == null) {
            return;
        }
        PartitionRegistration now =
                host.image().topics().getPartition(cluster.topic().id(), partition);
        if (now != null && now.leaderEpoch >= leaderEpoch) {
            leader = now.leader;
            leaderEpoch = now.leaderEpoch;
        }
    }

    /**
     * Has the leader do {@code work}; refused when none is known.
     *
     * @param absent answer of a process that has no partitions yet
     */
    <R> Reply<R> call(Function<ClientDoor, R> work, R absent) {
        HostProcess to = addressee();
        if (to == null) {
            return new Reply.Refused<>();
        }
        return cluster.call(to.incarnation(), TIMEOUT, host -> work.apply(host.door()), absent);
    }

    private @Nullable HostProcess addressee() {
        List<? extends HostProcess> there =
                cluster.processes().stream().filter(life -> life.nodeId() == leader).toList();
        if (there.isEmpty()) {
            return null;
        }
        return chance.oneIn(6) ? chance.oneOf(there) : there.getLast();
    }
}
