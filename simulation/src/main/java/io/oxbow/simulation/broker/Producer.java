package io.oxbow.simulation.broker;

import io.oxbow.simulation.broker.ClientDoor.Produced;
import io.oxbow.simulation.kernel.Chance;
import io.oxbow.simulation.kernel.Simulation;
import io.oxbow.simulation.world.Reply;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;

/**
 * An idempotent producer of one partition. It sends each batch until that is acked, wherever the
 * partition is, and now and then the next one beside it.
 */
final class Producer {

    private static final short EPOCH = 0;
    private static final Duration PAUSE_MAX = Duration.ofSeconds(2);
    private static final Duration RETRY_MAX = Duration.ofMillis(500);

    private final Simulation simulation;
    private final RecordHistory history;
    private final KafkaClient client;
    private final int partition;
    private final long id;
    private final Chance chance;
    private int sequence;
    private boolean finishing;
    private boolean finished;
    private String last = "nothing sent";

    /** A batch, of which each sending is a copy: what takes it changes it. */
    private record Batch(int sequence, int count, byte[] bytes) {
        MemoryRecords copy() {
            return MemoryRecords.readableRecords(ByteBuffer.wrap(bytes.clone()));
        }
    }

    Producer(Surroundings cluster, int partition, long id) {
        this.simulation = cluster.simulation();
        this.history = cluster.topic().history(partition);
        this.client = new KafkaClient(cluster, partition);
        this.partition = partition;
        this.id = id;
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

    /** Has the producer send one batch more, and end. */
    void finish() {
        finishing = true;
    }

    boolean isFinished() {
        return finished;
    }

    private void run() throws InterruptedException {
        while (!finishing) {
            simulation.sleep(chance.between(Duration.ofMillis(1), PAUSE_MAX));
            Batch head = next();
            Batch second = sequence > head.count() && chance.oneIn(3) ? next() : null;
            if (second != null) {
                sendBeside(second);
            }
            deliver(head);
            if (second != null) {
                deliver(second);
            }
        }
        deliver(next());
        finished = true;
    }

    private Batch next() {
        int count = chance.between(1, 3);
        var records = new SimpleRecord[count];
        for (int i = 0; i < count; i++) {
            records[i] =
                    new SimpleRecord(
                            simulation.clock().wallMillis(),
                            null,
                            chance.bytes(chance.percent(90) ? 20 : 1_500));
        }
        ByteBuffer buffer =
                MemoryRecords.withIdempotentRecords(Compression.NONE, id, EPOCH, sequence, records)
                        .buffer();
        var bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        history.sending(id, sequence, count);
        var batch = new Batch(sequence, count, bytes);
        sequence += count;
        return batch;
    }

    /** Sends a batch once and does not wait, so that it may overtake the one before it. */
    private void sendBeside(Batch batch) {
        simulation.world().spawn(() -> send(batch));
    }

    private Reply<Produced> send(Batch batch) {
        return client.call(
                door -> door.produce(partition, batch.copy()),
                new Produced.Again("the process has no partitions"));
    }

    private void deliver(Batch batch) throws InterruptedException {
        while (true) {
            Reply<Produced> reply = send(batch);
            last = "sequence %d: %s".formatted(batch.sequence(), reply);
            if (reply instanceof Reply.Answer<Produced>(var answer)) {
                if (answer instanceof Produced.Acked) {
                    return;
                }
                simulation.check(
                        !(answer instanceof Produced.OutOfOrder(var why, var byOwner)) || !byOwner,
                        "all before sequence %d of %s was acked, but: %s",
                        batch.sequence(),
                        this,
                        answer);
            }
            client.refresh();
            simulation.sleep(chance.between(Duration.ofMillis(20), RETRY_MAX));
        }
    }

    @Override
    public String toString() {
        return "producer %d of partition %d at epoch %d, %s"
                .formatted(id, partition, client.leaderEpoch(), last);
    }
}
