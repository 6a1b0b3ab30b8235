package io.oxbow.node.http;

import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.oxbow.s3stream.env.ComponentState;
import io.oxbow.s3stream.env.HealthRegistry;
import io.oxbow.s3stream.env.HealthReport;
import io.oxbow.s3stream.log.MetadataLog;
import io.oxbow.s3stream.store.ObjectStore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Serves the node's health over HTTP.
 *
 * <ul>
 *   <li>{@code /health/live}: no component has failed whose failure ends the process.
 *   <li>{@code /health/ready}: a produce and a topic change would succeed; if not, the reasons.
 *   <li>{@code /health/leader}: this process leads the metadata log and reaches the bucket now; a
 *       process that would take over asks it first.
 *   <li>{@code /node}: everything that is known here of the node's health, for {@code oxbow node}.
 * </ul>
 */
public final class HealthRoutes {

    private final HealthRegistry health;
    private final MetadataLog log;
    private final ObjectStore bucket;
    private final Map<String, ?> identity;

    /**
     * @param identity what the node says of itself beside its health
     */
    public HealthRoutes(
            HealthRegistry health, MetadataLog log, ObjectStore bucket, Map<String, ?> identity) {
        this.health = health;
        this.log = log;
        this.bucket = bucket;
        this.identity = identity;
    }

    public void register(JavalinConfig config) {
        config.routes.get("/health/live", this::live);
        config.routes.get("/health/ready", this::ready);
        config.routes.get("/health/leader", this::leader);
        config.routes.get("/node", context -> context.json(description()));
    }

    private void live(Context context) {
        answer(context, health.report().ends(), "live", "not live");
    }

    private void ready(Context context) {
        answer(context, health.report().impairments(), "ready", "not ready");
    }

    private static void answer(
            Context context, List<ComponentState> troubles, String well, String ill) {
        if (troubles.isEmpty()) {
            context.json(Map.of("status", well));
        } else {
            context.status(HttpStatus.SERVICE_UNAVAILABLE)
                    .json(
                            Map.of(
                                    "status",
                                    ill,
                                    "components",
                                    troubles.stream().map(HealthRoutes::asMap).toList()));
        }
    }

    private void leader(Context context) {
        MetadataLog.Leadership leadership = log.leadership();
        boolean well = leadership.here() && reachesBucket();
        context.status(well ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE)
                .json(leadership(leadership));
    }

    /** Reads one object: a leader that is cut off from the bucket must not block a takeover. */
    private boolean reachesBucket() {
        return bucket.list("meta/", "", 1) instanceof ObjectStore.ListResult.Listed;
    }

    private Map<String, Object> description() {
        HealthReport report = health.report();
        Map<String, Object> map = new LinkedHashMap<>(identity);
        map.put("ready", report.ready());
        map.put("live", report.live());
        map.put("leadership", leadership(log.leadership()));
        map.put("components", report.components().stream().map(HealthRoutes::asMap).toList());
        return map;
    }

    private static Map<String, Object> leadership(MetadataLog.Leadership leadership) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("leads", leadership.here());
        map.put("leaderEpoch", leadership.leaderEpoch());
        map.put("leaderNode", leadership.nodeId());
        map.put("incarnation", leadership.incarnation().toString());
        map.put("slot", leadership.slot());
        return map;
    }

    private static Map<String, Object> asMap(ComponentState state) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("component", state.name());
        map.put("state", word(state.phase()));
        map.put("policy", word(state.policy()));
        map.put("essential", state.essential());
        map.put("reason", state.reason());
        map.put("sinceMillis", state.sinceMillis());
        map.put("failures", state.failures());
        map.put("restarts", state.restarts());
        return map;
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
