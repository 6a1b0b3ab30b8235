package io.oxbow.node.hostile;

import java.io.IOException;
import java.util.random.RandomGenerator;

/** One way of making a node hold memory; it ends within seconds, and may fail as it likes. */
@FunctionalInterface
interface Attack {

    void run(Target target, RandomGenerator random) throws IOException, InterruptedException;
}
