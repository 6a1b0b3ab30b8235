package io.oxbow.node.chaos;

import java.util.List;
import org.apache.kafka.common.TopicPartition;

/** An observation of a client or of the run; {@link #at} is in milliseconds since its begin. */
sealed interface Event {

    long at();

    /** A record: the numbers of a producer ascend by one in each partition, from 0. */
    record Item(TopicPartition partition, int producer, long number) {}

    /** A producer is about to send. */
    record Sent(long at, Item item) implements Event {}

    /** A producer has its answer. */
    record Acked(long at, Item item, long offset) implements Event {}

    /** A producer was told that a record was not taken. */
    record Refused(long at, Item item, String reason) implements Event {}

    /** A group's first member subscribes to a topic. */
    record Subscribed(long at, String group, String topic) implements Event {}

    /** A member of a group has a partition, and goes on at an offset. */
    record Assigned(long at, String group, TopicPartition partition, long position)
            implements Event {}

    /** A member of a group has read a record. */
    record Read(long at, String group, Item item, long offset) implements Event {}

    /** A member of a group was told that its offset was committed. */
    record Committed(long at, String group, TopicPartition partition, long offset)
            implements Event {}

    /** A client ended by an exception. */
    record Died(long at, String client, String reason) implements Event {}

    /** A node was asked for its readiness. */
    record Asked(long at, String node, boolean ready) implements Event {}

    /** A node is no longer one that is asked. */
    record Left(long at, String node) implements Event {}

    /** A node's process ended by itself. */
    record Ended(long at, String node, int exitCode) implements Event {}

    /**
     * A fault began.
     *
     * @param nodes names of the nodes that it befalls
     */
    record Struck(long at, FaultKind kind, List<String> nodes) implements Event {}

    /** All that the last fault had stopped or cut runs again, or is about to. */
    record Healed(long at) implements Event {}

    /** A record was read at the end, from the first offset on. */
    record Kept(long at, Item item, long offset) implements Event {}
}
