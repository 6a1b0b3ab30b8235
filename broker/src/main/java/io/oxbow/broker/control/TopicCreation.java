package io.oxbow.broker.control;

import io.oxbow.broker.config.BrokerConfig;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.requests.CreateTopicsRequest;
import org.apache.kafka.common.requests.RequestContext;

/**
 * Creates topics on first use; simultaneous requests for the same topic share one creation.
 * Thread-safe.
 */
public final class TopicCreation {

    private final BrokerConfig config;
    private final ControllerRequests requests;
    private final Settlement settlement;
    private final Map<String, InternalTopic> internal;
    private final Map<String, CompletableFuture<Void>> underWay = new HashMap<>();

    /** A topic of the broker's own, as it is created. */
    public record InternalTopic(int partitions, Supplier<Properties> configs) {}

    /**
     * @param internal by name; others are created with the defaults
     */
    public TopicCreation(
            BrokerConfig config,
            ControllerRequests requests,
            Settlement settlement,
            Map<String, InternalTopic> internal) {
        this.config = config;
        this.requests = requests;
        this.settlement = settlement;
        this.internal = Map.copyOf(internal);
    }

    /**
     * Creates those of {@code names} that are valid.
     *
     * @return done when all of them are there and this broker knows it, or could not be created:
     *     look again to see which
     */
    public CompletableFuture<Void> create(RequestContext context, Collection<String> names) {
        var waitFor = new HashSet<CompletableFuture<Void>>();
        var toCreate = new HashSet<String>();
        var created = new CompletableFuture<Void>();
        synchronized (underWay) {
            for (String name : names) {
                CompletableFuture<Void> present = underWay.get(name);
                if (present != null) {
                    waitFor.add(present);
                } else if (Topic.isValid(name)) {
                    underWay.put(name, created);
                    toCreate.add(name);
                }
            }
        }
        if (!toCreate.isEmpty()) {
            waitFor.add(created);
            try {
                request(context, toCreate)
                        .whenComplete((ignored, failure) -> ended(toCreate, created));
            } catch (Throwable e) {
                // The next request for these topics must not wait for this one.
                ended(toCreate, created);
                throw e;
            }
        }
        return CompletableFuture.allOf(waitFor.toArray(CompletableFuture[]::new));
    }

    private void ended(Set<String> names, CompletableFuture<Void> creation) {
        synchronized (underWay) {
            names.forEach(underWay::remove);
        }
        creation.complete(null);
    }

    private CompletableFuture<?> request(RequestContext context, Set<String> names) {
        var request = new CreateTopicsRequestData();
        for (String name : names) {
            InternalTopic own = internal.get(name);
            var topic =
                    new CreateTopicsRequestData.CreatableTopic()
                            .setName(name)
                            .setReplicationFactor((short) 1)
                            .setNumPartitions(
                                    own == null ? config.numPartitions() : own.partitions());
            if (own != null) {
                own.configs()
                        .get()
                        .forEach((key, value) ->
                                topic.configs()
                                        .add(
                                                new CreateTopicsRequestData.CreatableTopicConfig()
                                                        .setName(key.toString())
                                                        .setValue(value.toString())));
            }
            request.topics().add(topic);
        }
        return settlement.applied(
                requests.send(context, new CreateTopicsRequest.Builder(request).build()));
    }

    /** Creates a topic that the broker itself needs. */
    public CompletableFuture<Void> create(String name) {
        return create(ControllerRequests.internal(ApiKeys.CREATE_TOPICS), Set.of(name));
    }
}
