package io.oxbow.broker.move;

import io.oxbow.s3stream.env.Environment;
import java.time.Duration;
import java.util.List;

/** Has the partitions of this broker moved to others before it leaves them; blocks. */
public final class Departure {

    private static final Duration PAUSE = Duration.ofMillis(50);

    private final int nodeId;
    private final Evacuation evacuation;
    private final Environment environment;

    public Departure(int nodeId, Evacuation evacuation, Environment environment) {
        this.nodeId = nodeId;
        this.evacuation = evacuation;
        this.environment = environment;
    }

    /**
     * Moves all partitions away.
     *
     * @return false when some were left after {@code limit}, or no other broker is up
     */
    public boolean moveAll(Duration limit) throws InterruptedException {
        long began = environment.clock().nanoTime();
        while (evacuation.left(nodeId) > 0) {
            List<Integer> takers = takers();
            if (takers.isEmpty() || environment.clock().nanoTime() - began >= limit.toNanos()) {
                return false;
            }
            evacuation.begin(nodeId, takers);
            environment.clock().sleep(PAUSE);
        }
        return true;
    }

    /** Brokers that are to have no more take these all the same when nobody else could. */
    private List<Integer> takers() {
        List<Integer> takers = evacuation.takers(nodeId);
        return takers.isEmpty() ? evacuation.others(nodeId) : takers;
    }
}
