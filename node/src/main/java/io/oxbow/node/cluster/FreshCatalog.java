package io.oxbow.node.cluster;

import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.oxbow.catalog.CatalogRoutes;
import java.time.Duration;

/**
 * Lets each request of the catalog wait until the table pointers here are as new as the metadata
 * log. One that changes something waits as well: it begins by reading.
 */
public final class FreshCatalog {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final EndOfLog log;

    private FreshCatalog(EndOfLog log) {
        this.log = log;
    }

    /** Puts this before all routes below {@code path}. */
    public static void register(JavalinConfig config, String path, EndOfLog log) {
        config.routes.before(path + "/*", new FreshCatalog(log)::await);
    }

    private void await(Context context) throws InterruptedException {
        if (!log.await(PATIENCE)) {
            Refusals.unavailable(
                    context,
                    "application/json",
                    CatalogRoutes.errorBody(503, "The bucket does not answer; try again later"));
        }
    }
}
