package io.oxbow.node;

import io.oxbow.broker.network.NetworkServer;
import java.lang.management.ManagementFactory;
import java.text.SimpleDateFormat;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/**
 * Initializes classes that a start needs early, on a thread of its own. Meanwhile the main thread
 * reads the command line and asks the bucket.
 *
 * <p>Nothing depends on this thread: the first user of a class initializes it.
 */
final class Preloading {

    private static final CountDownLatch LOG_LEVELS = new CountDownLatch(1);

    private Preloading() {}

    /**
     * @param node whether a node starts, and not a command
     */
    static void begin(boolean node) {
        Thread.ofPlatform()
                .daemon()
                .name("oxbow-preloading")
                .start(node ? Preloading::load : ManagementFactory::getPlatformMBeanServer);
    }

    /** Lets classes be initialized that make loggers: the levels of these are set. */
    static void logLevelsAreSet() {
        LOG_LEVELS.countDown();
    }

    /** Initializes in the order in which the main thread comes by. */
    private static void load() {
        logDates();
        Errors.values();
        try {
            LOG_LEVELS.await();
        } catch (InterruptedException e) {
            return;
        }
        NetworkServer.loadTransport();
        ApiKeys.values();
        ManagementFactory.getPlatformMBeanServer();
        // Jetty looks through all for the names of encodings.
        Locale.getAvailableLocales();
    }

    /** Loads what the dates of log lines need: time zones and the names of days and months. */
    private static void logDates() {
        new SimpleDateFormat("yyyy-MM-dd", Locale.ROOT).format(0);
    }
}
