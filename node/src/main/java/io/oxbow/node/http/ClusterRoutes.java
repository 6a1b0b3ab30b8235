package io.oxbow.node.http;

import io.javalin.config.JavalinConfig;
import io.javalin.http.BadRequestResponse;
import io.javalin.http.ConflictResponse;
import io.javalin.http.Context;
import io.javalin.http.NotFoundResponse;
import io.javalin.http.ServiceUnavailableResponse;
import io.oxbow.broker.move.Evacuation;
import io.oxbow.node.member.Cordons;
import io.oxbow.node.member.NodeDrains;
import io.oxbow.s3stream.log.LogAppendException;
import io.oxbow.s3stream.log.MetadataLog;
import java.util.Map;
import java.util.function.Supplier;

/** Serves {@code /cluster}: the nodes of the cluster, for {@code oxbow node} and its like. */
public final class ClusterRoutes {

    private final MetadataLog log;
    private final Supplier<byte[]> description;
    private final Supplier<byte[]> balance;
    private final Cordons cordons;
    private final NodeDrains drains;

    /**
     * @param description of the cluster, as JSON
     * @param balance what the balancer would do, as JSON
     */
    public ClusterRoutes(
            MetadataLog log,
            Supplier<byte[]> description,
            Supplier<byte[]> balance,
            Evacuation evacuation) {
        this.log = log;
        this.description = description;
        this.balance = balance;
        this.cordons = new Cordons(log);
        this.drains = new NodeDrains(log, cordons, evacuation);
    }

    public void register(JavalinConfig config) {
        config.routes.get(
                "/cluster",
                context -> context.contentType("application/json").result(description.get()));
        config.routes.get(
                "/cluster/balance",
                context -> context.contentType("application/json").result(balance.get()));
        config.routes.post("/cluster/nodes/{node}/drain", this::drain);
        config.routes.post("/cluster/nodes/{node}/cordon", context -> cordon(context, true));
        config.routes.post("/cluster/nodes/{node}/uncordon", context -> cordon(context, false));
    }

    private void cordon(Context context, boolean cordoned) {
        int node = node(context);
        try {
            cordons.set(node, cordoned);
        } catch (LogAppendException e) {
            throw noChanges(e);
        }
        context.json(Map.of("node", node, "cordoned", cordoned));
    }

    private void drain(Context context) throws InterruptedException {
        int node = node(context);
        try {
            context.json(Map.of("node", node, "left", drains.drain(node)));
        } catch (NodeDrains.RefusedException e) {
            throw new ConflictResponse(String.valueOf(e.getMessage()));
        } catch (LogAppendException e) {
            throw noChanges(e);
        }
    }

    private static ServiceUnavailableResponse noChanges(LogAppendException cause) {
        return new ServiceUnavailableResponse(
                "the metadata log takes no changes now: " + cause.getMessage());
    }

    /** Returns the id in the path, of a node that there is. */
    private int node(Context context) {
        String text = context.pathParam("node");
        int node;
        try {
            node = Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new BadRequestResponse("'%s' is not the id of a node".formatted(text));
        }
        if (log.image().node(node).isEmpty()) {
            throw new NotFoundResponse("there is no node %d".formatted(node));
        }
        return node;
    }
}
