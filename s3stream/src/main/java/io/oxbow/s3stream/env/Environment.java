package io.oxbow.s3stream.env;

import java.util.concurrent.ThreadFactory;
import java.util.random.RandomGenerator;

/**
 * What the engine takes from its surroundings.
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

    /** Surroundings with a health registry of their own. */
    public Environment(
            Clock clock, ThreadFactory threads, ThreadFactory diskThreads, RandomGenerator random) {
        this(clock, threads, diskThreads, random, new HealthRegistry(clock));
    }

    /** The machine's own clock, threads and randomness. */
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
