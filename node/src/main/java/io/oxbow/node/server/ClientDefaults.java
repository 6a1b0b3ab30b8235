package io.oxbow.node.server;

import io.oxbow.node.config.NodeConfig;
import java.util.HashMap;
import java.util.Map;

/** Options of the store that the catalog tells its clients: everything but secrets. */
final class ClientDefaults {

    private ClientDefaults() {}

    static Map<String, String> of(NodeConfig config) {
        Map<String, String> defaults = new HashMap<>();
        config.storeOptions()
                .shown()
                .forEach((key, value) -> {
                    switch (key) {
                        case "s3.endpoint", "s3.path-style-access", "s3.sse.type", "s3.sse.key" ->
                                defaults.put(key, value);
                        case "s3.region" -> defaults.put("client.region", value);
                        default -> {
                            // keys are the client's own matter
                        }
                    }
                });
        return defaults;
    }
}
