package io.oxbow.simulation.broker;

import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.simulation.kernel.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Producers and consumers of all partitions. */
public final class Traffic {

    private static final Duration LOOK = Duration.ofSeconds(2);

    private final Surroundings cluster;
    private final Simulation simulation;
    private final PartitionedTopic topic;
    private final List<Producer> producers = new ArrayList<>();
    private final List<Consumer> consumers = new ArrayList<>();

    public Traffic(Surroundings cluster) {
        this.cluster = cluster;
        this.simulation = cluster.simulation();
        this.topic = cluster.topic();
        int clients = 0;
        for (int i = 0; i < topic.partitions(); i++) {
            for (int n = simulation.chance().between(1, 2); n > 0; n--) {
                producers.add(new Producer(cluster, i, ++clients));
            }
            consumers.add(new Consumer(cluster, i));
        }
    }

    public void start() {
        producers.forEach(Producer::start);
        consumers.forEach(Consumer::start);
    }

    /**
     * Checks that each producer gets another batch acked within {@code limit}, and that consumers
     * read all that was ever acked or shown.
     *
     * @param meanwhile called while it waits
     */
    public void audit(Duration limit, Runnable meanwhile) throws InterruptedException {
        long deadline = simulation.clock().nanoTime() + limit.toNanos();
        producers.forEach(Producer::finish);
        while (!producers.stream().allMatch(Producer::isFinished)) {
            check(deadline, limit, producers.stream().filter(each -> !each.isFinished()).toList());
            meanwhile.run();
        }
        List<Consumer> reading = new ArrayList<>(consumers);
        while (!reading.isEmpty()) {
            reading.removeIf(Consumer::hasReadAll);
            check(deadline, limit, reading);
            meanwhile.run();
        }
        tell();
    }

    /** Says how much there was, for the reader of a run. */
    private void tell() {
        for (int i = 0; i < topic.partitions(); i++) {
            simulation.say(
                    "partition %d: %d batches acked, at leader epoch %d",
                    i, topic.history(i).ackedCount(), consumers.get(i).leaderEpoch());
        }
    }

    private List<CoreImage.StreamState> streams() {
        return cluster.canonical().streams().stream()
                .filter(stream -> topic.has(stream.name()))
                .toList();
    }

    private void check(long deadline, Duration limit, List<?> waiting) throws InterruptedException {
        simulation.check(
                simulation.clock().nanoTime() < deadline,
                "all is well again for %s, but these are not served: %s; in the log: %s",
                limit,
                waiting,
                streams());
        simulation.sleep(LOOK);
    }
}
