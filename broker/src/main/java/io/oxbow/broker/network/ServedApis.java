package io.oxbow.broker.network;

import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.message.ApiVersionsResponseData.ApiVersion;
import org.apache.kafka.common.message.ApiVersionsResponseData.ApiVersionCollection;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.requests.RequestHeader;
import org.jspecify.annotations.Nullable;

/** Maps each served API to its handler and versions. Immutable. */
final class ServedApis {

    private record Served(ApiHandler handler, ApiHandler.Versions versions, RequestStats stats) {}

    private final LongAdder unencodable = new LongAdder();
    private final Map<ApiKeys, Served> served = new EnumMap<>(ApiKeys.class);

    ServedApis(Collection<ApiHandler> handlers, FeaturesView features) {
        handlers.forEach(this::add);
        add(new ApiVersionsHandler(this, features));
    }

    private void add(ApiHandler handler) {
        handler.apis()
                .forEach((api, versions) -> {
                    Served rival =
                            served.put(api, new Served(handler, versions, new RequestStats()));
                    if (rival != null) {
                        throw new IllegalArgumentException(
                                "%s is served by both %s and %s"
                                        .formatted(api, rival.handler(), handler));
                    }
                });
    }

    /**
     * @throws InvalidRequestException when the API or its version isn't served; the connection is
     *     closed then, as in Kafka. ApiVersions is served in any version: a client cannot know
     *     better yet.
     */
    ApiHandler handlerFor(RequestHeader header) {
        @Nullable Served found = served.get(header.apiKey());
        if (found == null) {
            throw new InvalidRequestException("%s is not served".formatted(header.apiKey()));
        }
        boolean inRange =
                header.apiVersion() >= found.versions().min()
                        && header.apiVersion() <= found.versions().max();
        if (!inRange && header.apiKey() != ApiKeys.API_VERSIONS) {
            throw new InvalidRequestException(
                    "%s version %d is not served, only %d to %d"
                            .formatted(
                                    header.apiKey(),
                                    header.apiVersion(),
                                    found.versions().min(),
                                    found.versions().max()));
        }
        return found.handler();
    }

    /** Counts the requests of an API that is served. */
    RequestStats stats(ApiKeys api) {
        return Objects.requireNonNull(served.get(api)).stats();
    }

    /** Shows the counts of each API. */
    void forEachStats(BiConsumer<ApiKeys, RequestStats> reader) {
        served.forEach((api, entry) -> reader.accept(api, entry.stats()));
    }

    /** Counts replies of handlers that had no form in their request's version. */
    LongAdder unencodable() {
        return unencodable;
    }

    /**
     * As ApiVersions lists them. Produce is listed from version 0 on, as Kafka does: without, older
     * librdkafka switches compression off. What was said before version 3 is refused all the same.
     */
    ApiVersionCollection advertised() {
        var all = new ApiVersionCollection();
        served.forEach((api, entry) ->
                all.add(
                        new ApiVersion()
                                .setApiKey(api.id)
                                .setMinVersion(
                                        api == ApiKeys.PRODUCE
                                                ? ApiKeys.PRODUCE_API_VERSIONS_RESPONSE_MIN_VERSION
                                                : entry.versions().min())
                                .setMaxVersion(entry.versions().max())));
        return all;
    }
}
