package io.oxbow.benchmarks.scenario;

import io.oxbow.benchmarks.server.Lab;
import java.io.IOException;

/** One way to use a server, measured. Several metrics may come of one scenario. */
public interface Scenario {

    public String title();

    /** Starts the contender on no data, measures, and leaves nothing of it. */
    Figures run(Contender contender, Lab lab, Windows windows)
            throws IOException, InterruptedException;

    /** Returns the estimated seconds that {@link #run} takes. */
    public int estimateSeconds(Contender contender, Windows windows);
}
