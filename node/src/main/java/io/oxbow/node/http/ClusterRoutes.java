package io.oxbow.node.http;

import io.javalin.config.JavalinConfig;
import io.javalin.http.BadRequestResponse;
import io.javalin.http.Context;
import io.javalin.http.NotFoundResponse;
import io.javalin.http.ServiceUnavailableResponse;
import io.oxbow.node.member.Cordons;
import io.oxbow.s3stream.log.LogAppendException;
import io.oxbow.s3stream.log.MetadataLog;
import java.util.Map;
import java.util.function.Supplier;

/** Serves {@code /cluster}: the nodes of the cluster, for {@code oxbow node} and its like. */
public final class ClusterRoutes {

    private final MetadataLog log;
    private final Supplier<byte[]> description;
    private final Cordons cordons;

    /**
     * @param description of the cluster, as JSON
     */
    public ClusterRoutes(MetadataLog log, Supplier<byte[]> description) {
        this.log = log;
        this.description = description;
        this.cordons = new Cordons(log);
    }

    public void register(JavalinConfig config) {
        config.routes.get(
                "/cluster",
                context -> context.contentType("application/json").result(description.get()));
        config.routes.post("/cluster/nodes/{node}/cordon", context -> cordon(context, true));
        config.routes.post("/cluster/nodes/{node}/uncordon", context -> cordon(context, false));
    }

    private void cordon(Context context, boolean cordoned) {
        int node = node(context.pathParam("node"));
        if (log.image().node(node).isEmpty()) {
            throw new NotFoundResponse("there is no node %d".formatted(node));
        }
        try {
            cordons.set(node, cordoned);
        } catch (LogAppendException e) {
            throw new ServiceUnavailableResponse(
                    "the metadata log takes no changes now: " + e.getMessage());
        }
        context.json(Map.of("node", node, "cordoned", cordoned));
    }

    private static int node(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new BadRequestResponse("'%s' is not the id of a node".formatted(text));
        }
    }
}
