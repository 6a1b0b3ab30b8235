package io.oxbow.node;

import java.lang.management.ManagementFactory;
import org.apache.kafka.common.protocol.ApiKeys;

/**
 * Initializes what Kafka's classes need soon, on a thread of its own, while a command line is read
 * and a bucket is asked: the JVM's management server and the tables of all requests.
 *
 * <p>Nothing depends on it: who comes first, initializes.
 */
final class Preloading {

    private Preloading() {}

    static void begin() {
        Thread.ofPlatform().daemon().name("oxbow-preloading").start(Preloading::load);
    }

    private static void load() {
        ManagementFactory.getPlatformMBeanServer();
        ApiKeys.values();
    }
}
