package io.oxbow.node.chaos;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Endless sequence of faults from a seed. Each kind comes once before any comes again, in an order
 * of chance.
 */
final class Schedule {

    private final Random random;
    private final List<FaultKind> kinds;
    private final Deque<FaultKind> round = new ArrayDeque<>();

    Schedule(long seed, Set<FaultKind> kinds) {
        this.random = new Random(seed);
        this.kinds = kinds.stream().sorted().toList();
    }

    Fault next() {
        if (round.isEmpty()) {
            var shuffled = new ArrayList<>(kinds);
            Collections.shuffle(shuffled, random);
            round.addAll(shuffled);
        }
        FaultKind kind = round.remove();
        long millis =
                kind.shortest().toMillis()
                        + (long)
                                (random.nextDouble()
                                        * kind.longest().minus(kind.shortest()).toMillis());
        return new Fault(
                kind,
                random.nextInt(Integer.MAX_VALUE),
                random.nextInt(Integer.MAX_VALUE),
                Duration.ofMillis(millis));
    }

    /** Returns the time that passes undisturbed after a fault. */
    Duration pause() {
        return Duration.ofMillis(2_000 + random.nextInt(3_000));
    }
}
