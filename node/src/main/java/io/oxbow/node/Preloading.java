package io.oxbow.node;

import java.lang.management.ManagementFactory;
import org.apache.kafka.common.protocol.ApiKeys;

/**
 * Initializes the JVM's management server and Kafka's tables of requests early, on a thread of its
 * own. Meanwhile the command line is read and the bucket is asked.
 *
 * <p>Nothing depends on this thread: the first user of a class initializes it.
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
