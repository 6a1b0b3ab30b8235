package io.oxbow.broker.network;

import java.util.Map;
import org.apache.kafka.common.protocol.ApiKeys;

/**
 * Serves one family of Kafka APIs. What no handler names is not advertised.
 *
 * <p>{@link #handle} is called on the connection's event loop and must not block: a handler that
 * may wait moves to a virtual thread. It answers by {@link Call#respond} exactly once, from any
 * thread; what it throws becomes the request's own error response.
 */
public interface ApiHandler {

    /** The APIs served and the versions of each. */
    Map<ApiKeys, Versions> apis();

    void handle(Call call);

    /**
     * Returns true if calls are taken while earlier ones of their connection are under way, which
     * fits small replies alone. If false, a call is taken when all replies before its own have
     * left, as in Kafka: so a client that doesn't read has one large reply made for it, not many.
     */
    default boolean pipelines() {
        return false;
    }

    /** An inclusive range of versions. */
    record Versions(short min, short max) {
        /**
         * Every version that the codec knows and that Kafka itself advertises, so no unstable one.
         */
        public static Versions all(ApiKeys api) {
            return new Versions(api.oldestVersion(), api.latestVersion(false));
        }
    }
}
