package io.oxbow.node.cli.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Table of a cluster's nodes, as {@code /cluster} describes them. */
final class ClusterNodes {

    static final List<String> COLUMNS =
            List.of(
                    "node",
                    "state",
                    "leader",
                    "epoch",
                    "roles",
                    "zone",
                    "wal",
                    "partitions",
                    "in/s",
                    "out/s",
                    "un-uploaded",
                    "contact",
                    "kafka",
                    "http");

    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

    private ClusterNodes() {}

    static List<List<Object>> rows(JsonNode cluster) {
        List<List<Object>> rows = new ArrayList<>();
        cluster.path("nodes").forEach(node -> rows.add(row(node)));
        return rows;
    }

    private static List<Object> row(JsonNode node) {
        return List.of(
                node.path("node").asInt(),
                node.path("state").asText(),
                node.path("leader").asBoolean() ? "yes" : "no",
                node.path("epoch").asLong(),
                joined(node.path("roles")),
                node.path("zone").isNull() ? "-" : node.path("zone").asText(),
                wal(node),
                node.path("partitions").asInt(),
                bytes(node.path("inBytesPerSecond")),
                bytes(node.path("outBytesPerSecond")),
                bytes(node.path("unuploadedBytes")),
                contact(node.path("lastContactMillis")),
                joined(node.path("kafka")),
                node.path("http").asText());
    }

    /** The log of a node, and that its partitions wait for it. */
    private static String wal(JsonNode node) {
        String kind = node.path("wal").asText();
        return node.path("walWaits").asBoolean() ? kind + ", waits" : kind;
    }

    private static String joined(JsonNode texts) {
        var parts = new ArrayList<String>();
        texts.forEach(text -> parts.add(text.asText()));
        return parts.isEmpty() ? "-" : String.join(",", parts);
    }

    private static String contact(JsonNode millis) {
        return millis.isNull() ? "-" : "%.1f s ago".formatted(millis.asLong() / 1000.0);
    }

    static String bytes(JsonNode count) {
        if (count.isNull()) {
            return "-";
        }
        double value = count.asLong();
        int unit = 0;
        while (value >= 1024 && unit < UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        return unit == 0
                ? "%d %s".formatted(count.asLong(), UNITS[0])
                : "%.1f %s".formatted(value, UNITS[unit]);
    }
}
