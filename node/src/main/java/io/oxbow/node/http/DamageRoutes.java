package io.oxbow.node.http;

import io.javalin.config.JavalinConfig;
import io.oxbow.broker.Broker;
import io.oxbow.broker.partition.DamagedRanges.Range;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Serves {@code /damage}: the ranges of records that cannot be read, for {@code oxbow topic
 * describe}.
 */
public final class DamageRoutes {

    private DamageRoutes() {}

    public static void register(JavalinConfig config, Broker broker) {
        config.routes.get(
                "/damage",
                context ->
                        context.json(
                                broker.damaged().ranges(broker.partitions()).stream()
                                        .map(DamageRoutes::asMap)
                                        .toList()));
    }

    private static Map<String, Object> asMap(Range range) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("topic", range.partition().topic());
        map.put("partition", range.partition().partition());
        map.put("fromOffset", range.fromOffset());
        map.put("toOffset", range.toOffset());
        map.put("object", range.objectKey());
        map.put("reason", range.reason());
        map.put("foundMillis", range.foundMillis());
        return map;
    }
}
