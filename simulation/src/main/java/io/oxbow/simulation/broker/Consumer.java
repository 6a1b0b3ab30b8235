package io.oxbow.simulation.broker;

import io.oxbow.simulation.broker.ClientDoor.Fetched;
import io.oxbow.simulation.kernel.Chance;
import io.oxbow.simulation.kernel.Simulation;
import io.oxbow.simulation.world.Reply;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/** A consumer of one partition, from its beginning, wherever it is. */
final class Consumer {

    private static final Duration PAUSE_MAX = Duration.ofSeconds(2);

    private final Simulation simulation;
    private final RecordHistory history;
    private final KafkaClient client;
    private final int partition;
    private final Chance chance;
    private final Set<RecordHistory.Id> read = new HashSet<>();
    private long position;
    private boolean ended;
    private String last = "nothing fetched";

    Consumer(Surroundings cluster, int partition) {
        this.simulation = cluster.simulation();
        this.history = cluster.topic().history(partition);
        this.client = new KafkaClient(cluster, partition);
        this.partition = partition;
        this.chance = simulation.chance().split();
    }

    void start() {
        simulation
                .world()
                .spawn(() -> {
                    try {
                        run();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                });
    }

    private void run() throws InterruptedException {
        while (!ended) {
            long at = position;
            int epoch = client.leaderEpoch();
            Reply<Fetched> reply =
                    client.call(
                            door -> door.fetch(partition, at, epoch),
                            new Fetched.Again("the process has no partitions"));
            if (!(reply instanceof Reply.Answer<Fetched>(var answer)
                    && take(at, answer)
                    && !chance.oneIn(4))) {
                client.refresh();
                simulation.sleep(chance.between(Duration.ofMillis(20), PAUSE_MAX));
            }
            last = "at %d: %s".formatted(at, reply);
        }
    }

    /** Takes what was fetched; false when that is nothing. */
    private boolean take(long at, Fetched fetched) {
        simulation.check(
                !(fetched instanceof Fetched.OutOfRange),
                "a consumer of partition %d was shown all below %d, and is told: %s",
                partition,
                at,
                fetched);
        if (!(fetched instanceof Fetched.Batches(var batches, var end))) {
            return false;
        }
        for (RecordHistory.Batch each : batches) {
            boolean fits =
                    each.baseOffset() == position
                            || (each.baseOffset() < position
                                    && each.nextOffset() > position
                                    && each == batches.getFirst());
            simulation.check(
                    fits, "a fetch of partition %d at %d shows %s", partition, at, batches);
            read.add(each.id());
            position = each.nextOffset();
        }
        simulation.check(
                position > at || end <= at,
                "a fetch of partition %d at %d, below the high watermark %d, shows nothing",
                partition,
                at,
                end);
        return position > at;
    }

    /** Returns true once all that was acked or shown was read; checks it then. */
    boolean hasReadAll() {
        if (position < history.knownEnd()) {
            return false;
        }
        history.checkShown(read, position);
        ended = true;
        return true;
    }

    int leaderEpoch() {
        return client.leaderEpoch();
    }

    @Override
    public String toString() {
        return "consumer of partition %d at epoch %d, %s"
                .formatted(partition, client.leaderEpoch(), last);
    }
}
