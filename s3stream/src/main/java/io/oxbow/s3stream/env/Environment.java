package io.oxbow.s3stream.env;

import java.util.concurrent.ThreadFactory;
import java.util.random.RandomGenerator;

/**
 * Clock, threads, randomness and health registry that the engine is given, so that a simulation can
 * replace them.
 *
 * @param clock the time
 * @param threads makes threads for blocking, straight-line code: virtual ones in production
 * @param diskThreads makes threads for disk I/O, which would pin a virtual thread's carrier:
 *     platform threads in production, virtual ones in the simulation
 * @param random randomness for ids and jitter; thread-safe
 * @param health where the long-lived components of this process say how they are
 */
public record Environment(
        Clock clock,
        ThreadFactory threads,
        ThreadFactory diskThreads,
        RandomGenerator random,
        HealthRegistry health) {

    /** Makes an environment with a health registry of its own. */
    public Environment(
            Clock clock, ThreadFactory threads, ThreadFactory diskThreads, RandomGenerator random) {
        this(clock, threads, diskThreads, random, new HealthRegistry(clock));
    }

    /** Returns the machine's own clock, threads and randomness. */
    public static Environment system() {
        SystemClock clock = SystemClock.create();
        var health = new HealthRegistry(clock);
        Component strays = health.strays();
        clock.onFailure(strays::unexpected);
        Thread.UncaughtExceptionHandler net =
                (thread, cause) -> strays.unexpected(thread.getName(), cause);
        return new Environment(
                clock,
                Thread.ofVirtual().name("oxbow-", 0).uncaughtExceptionHandler(net).factory(),
                Thread.ofPlatform()
                        .daemon()
                        .name("oxbow-disk-", 0)
                        .uncaughtExceptionHandler(net)
                        .factory(),
                new java.security.SecureRandom(),
                health);
    }
}
