package io.oxbow.node.member;

import io.oxbow.s3stream.env.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Newest status of each node epoch that has told one to this process. Thread-safe. */
public final class NodeStatuses {

    private record Told(NodeStatus status, long atNanos) {}

    /**
     * Status with its age.
     *
     * @param age since the contact that told it
     */
    public record Aged(NodeStatus status, Duration age) {}

    private final ConcurrentHashMap<Long, Told> byEpoch = new ConcurrentHashMap<>();
    private final Clock clock;

    public NodeStatuses(Clock clock) {
        this.clock = clock;
    }

    public void told(long nodeEpoch, NodeStatus status) {
        byEpoch.put(nodeEpoch, new Told(status, clock.nanoTime()));
    }

    public Optional<Aged> of(long nodeEpoch) {
        return Optional.ofNullable(byEpoch.get(nodeEpoch))
                .map(told ->
                        new Aged(
                                told.status(),
                                Duration.ofNanos(clock.nanoTime() - told.atNanos())));
    }

    /** Forgets all epochs but these. */
    void keepOnly(Set<Long> epochs) {
        byEpoch.keySet().retainAll(epochs);
    }
}
