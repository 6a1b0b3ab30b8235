package io.oxbow.node.http;

import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.oxbow.s3stream.log.MetadataLog;
import io.oxbow.s3stream.store.ObjectStore;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * {@code /health/live}: the process answers. {@code /health/ready}: a produce would succeed. {@code
 * /health/leader}: whether this process leads the metadata log and reaches the bucket now, which is
 * what a process that would take over asks first.
 */
public final class HealthRoutes {

    private final MetadataLog log;
    private final ObjectStore bucket;
    private final BooleanSupplier ready;

    public HealthRoutes(MetadataLog log, ObjectStore bucket, BooleanSupplier ready) {
        this.log = log;
        this.bucket = bucket;
        this.ready = ready;
    }

    public void register(JavalinConfig config) {
        config.routes.get("/health/live", context -> context.json(Map.of("status", "live")));
        config.routes.get("/health/ready", this::ready);
        config.routes.get("/health/leader", this::leader);
    }

    private void ready(Context context) {
        boolean isReady = ready.getAsBoolean();
        context.status(isReady ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE)
                .json(Map.of("status", isReady ? "ready" : "not ready"));
    }

    private void leader(Context context) {
        MetadataLog.Leadership leadership = log.leadership();
        boolean well = leadership.here() && reachesBucket();
        context.status(well ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE)
                .json(
                        Map.of(
                                "leaderEpoch", leadership.leaderEpoch(),
                                "incarnation", leadership.incarnation().toString(),
                                "leads", leadership.here()));
    }

    /** One small operation: a leader that is cut off from the bucket must not block a takeover. */
    private boolean reachesBucket() {
        return bucket.list("meta/", "", 1) instanceof ObjectStore.ListResult.Listed;
    }
}
