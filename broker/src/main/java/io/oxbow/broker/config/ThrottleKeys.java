package io.oxbow.broker.config;

import java.util.Set;
import org.apache.kafka.common.config.ConfigException;

/**
 * Kafka's keys of a broker that slow the copying of replicas down. Its tools set them around a
 * reassignment and delete them after it; nothing is copied here, so they have no effect.
 */
final class ThrottleKeys {

    private static final Set<String> NAMES =
            Set.of(
                    "leader.replication.throttled.rate",
                    "follower.replication.throttled.rate",
                    "replica.alter.log.dirs.io.max.bytes.per.second");

    private ThrottleKeys() {}

    static boolean contains(String key) {
        return NAMES.contains(key);
    }

    /** Checks that a value is a rate in bytes per second, as Kafka does. */
    static void check(String key, String value) {
        String text = value.strip();
        boolean rate = text.length() <= 18 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!rate || text.isEmpty()) {
            throw new ConfigException(key, value, "Not a number of bytes per second");
        }
    }
}
