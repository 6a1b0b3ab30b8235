package io.oxbow.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.broker.network.ApiHandler.Versions;
import io.oxbow.broker.testing.RandomRequests;
import io.oxbow.broker.testing.WireClient;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.ApiVersionsRequest;
import org.apache.kafka.common.requests.ApiVersionsResponse;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.common.requests.RequestHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests that every request that the codec lets through is answered in its version's form. */
@Timeout(300)
class EveryReplyTest {

    private static final int ROUNDS = Integer.getInteger("oxbow.replies.rounds", 2);

    @TempDir Path directory;

    private static Map<ApiKeys, Versions> served(WireClient client) {
        var hello =
                new ApiVersionsRequest(
                        new ApiVersionsRequestData()
                                .setClientSoftwareName("test")
                                .setClientSoftwareVersion("1"),
                        (short) 3);
        var served = new TreeMap<ApiKeys, Versions>();
        client.call(hello, ApiVersionsResponse.class)
                .data()
                .apiKeys()
                .forEach(api -> {
                    ApiKeys key = ApiKeys.forId(api.apiKey());
                    int min = Math.max(api.minVersion(), key.oldestVersion());
                    served.put(key, new Versions((short) min, api.maxVersion()));
                });
        return served;
    }

    @Test
    void everyErrorOfEveryApiHasAFormInEveryVersion() {
        for (ApiKeys api : ApiKeys.clientApis()) {
            for (short version : api.allVersions()) {
                AbstractRequest request = wellFormed(api, version);
                if (isMadeByUs(request)) {
                    continue;
                }
                for (Errors error : Errors.values()) {
                    if (error != Errors.NONE) {
                        AbstractResponse reply =
                                request.getErrorResponse(0, error.exception("reason"));
                        if (reply != null) {
                            MessageUtil.toByteBufferAccessor(reply.data(), version);
                        }
                    }
                }
            }
        }
    }

    /** Returns the first request from a row of seeds that Kafka's own class takes. */
    private static AbstractRequest wellFormed(ApiKeys api, short version) {
        for (int seed = 0; ; seed++) {
            var random = new RandomRequests(seed, List.of("t"), List.of(new Uuid(1, 2)));
            var body = new ByteBufferAccessor(random.body(api, version));
            try {
                return AbstractRequest.parseRequest(api, version, body).request;
            } catch (RuntimeException e) {
                if (seed == 1000) {
                    throw e;
                }
            }
        }
    }

    /** Kafka's class makes no error of a Produce without records; our handler never asks it to. */
    private static boolean isMadeByUs(AbstractRequest request) {
        return request instanceof ProduceRequest produce
                && produce.data().topicData().stream()
                        .flatMap(topic -> topic.partitionData().stream())
                        .anyMatch(partition -> partition.records() == null);
    }

    @Test
    void everythingIsAnswered() throws Exception {
        long seed = Long.getLong("oxbow.replies.seed", 1);
        try (var process = new BrokerProcess(directory, Map.of());
                var admin = Clients.admin(process)) {
            admin.createTopics(List.of(new NewTopic("orders", 2, (short) 1))).all().get();
            Uuid id =
                    admin.describeTopics(List.of("orders"))
                            .allTopicNames()
                            .get()
                            .get("orders")
                            .topicId();
            int port = process.broker.boundEndpoints().getFirst().port();
            var failures = new ArrayList<String>();
            Map<ApiKeys, Versions> served;
            try (var client = new WireClient(port)) {
                served = served(client);
            }
            for (var api : served.entrySet()) {
                for (int v = api.getValue().min(); v <= api.getValue().max(); v++) {
                    for (int round = 0; round < ROUNDS; round++) {
                        var requests =
                                new RandomRequests(
                                        seed * 31 + round, List.of("orders"), List.of(id));
                        ask(port, api.getKey(), (short) v, requests, failures);
                    }
                }
            }
            assertThat(failures).isEmpty();
            assertThat(process.network.unencodableReplies()).isZero();
        }
    }

    private static void ask(
            int port, ApiKeys api, short version, RandomRequests requests, List<String> failures) {
        ByteBuffer body = requests.body(api, version);
        if (isUnanswered(api, version, body.duplicate())) {
            return;
        }
        try (var client = new WireClient(port)) {
            var header = new RequestHeader(api, version, "test", 5);
            ByteBuffer head =
                    MessageUtil.toByteBufferAccessor(
                                    new RequestHeaderData()
                                            .setRequestApiKey(api.id)
                                            .setRequestApiVersion(version)
                                            .setClientId("test")
                                            .setCorrelationId(5),
                                    header.headerVersion())
                            .buffer();
            int size = head.remaining() + body.remaining();
            client.sendRaw(ByteBuffer.allocate(4 + size).putInt(size).put(head).put(body).array());
            AbstractResponse reply = AbstractResponse.parseResponse(client.receiveFrame(), header);
            if (reply.errorCounts().containsKey(Errors.UNKNOWN_SERVER_ERROR)) {
                failures.add("%s v%d: an unknown error".formatted(api, version));
            }
        } catch (RuntimeException e) {
            failures.add("%s v%d: %s".formatted(api, version, e));
        }
    }

    /**
     * Returns true for a body that Kafka's own request classes refuse, for which the connection is
     * closed, or that wants no reply.
     */
    private static boolean isUnanswered(ApiKeys api, short version, ByteBuffer body) {
        try {
            AbstractRequest request =
                    AbstractRequest.parseRequest(api, version, new ByteBufferAccessor(body))
                            .request;
            return request instanceof ProduceRequest produce && produce.acks() == 0;
        } catch (RuntimeException e) {
            return true;
        }
    }
}
