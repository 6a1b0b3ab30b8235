package io.oxbow.broker.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.broker.testing.WireClient;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.memory.MemoryBudget;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupRequestData.SyncGroupRequestAssignment;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.ApiVersionsRequest;
import org.apache.kafka.common.requests.ApiVersionsResponse;
import org.apache.kafka.common.requests.HeartbeatRequest;
import org.apache.kafka.common.requests.HeartbeatResponse;
import org.apache.kafka.common.requests.MetadataRequest;
import org.apache.kafka.common.requests.MetadataResponse;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.requests.SyncGroupRequest;
import org.apache.kafka.common.requests.SyncGroupResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tests the bounds on what clients can make the network hold, and what happens to clients beyond
 * them.
 */
@Timeout(120)
class ClientMemoryTest {

    private static final long REQUESTS = 1 << 20;
    private static final long REPLIES = 4 << 20;

    private final MemoryBudget requests = new MemoryBudget(REQUESTS);
    private final MemoryBudget replies = new MemoryBudget(REPLIES);
    private final BlockingQueue<Call> calls = new LinkedBlockingQueue<>();
    private final List<WireClient> clients = new ArrayList<>();
    private volatile String thread = "";
    private final NetworkServer server =
            NetworkServer.bind(
                    new NetworkConfig(
                            List.of(Listener.plaintext("127.0.0.1", 0)),
                            1,
                            100 << 20,
                            Duration.ofMinutes(10),
                            10_000,
                            NetworkConfig.SocketBuffers.defaults(),
                            new NetworkConfig.Window(64, 16 << 20),
                            new ClientMemory(requests, replies, MemoryBudget.unbounded())),
                    Environment.system());

    ClientMemoryTest() {
        server.start(List.of(new Held()), FeaturesView.none());
    }

    /** Waits, after every test, until nothing stays reserved for the clients that are gone. */
    @AfterEach
    void everythingIsGivenBack() throws InterruptedException {
        clients.forEach(WireClient::close);
        while (requests.usedBytes() > 0 || replies.usedBytes() > 0) {
            // What had no room before may become a call only now.
            for (Call call = calls.poll(); call != null; call = calls.poll()) {
                call.respond(null);
            }
            Thread.sleep(5);
        }
        server.close();
    }

    private final class Held implements ApiHandler {
        @Override
        public Map<ApiKeys, Versions> apis() {
            return Map.of(
                    ApiKeys.HEARTBEAT, Versions.all(ApiKeys.HEARTBEAT),
                    ApiKeys.METADATA, Versions.all(ApiKeys.METADATA),
                    ApiKeys.SYNC_GROUP, Versions.all(ApiKeys.SYNC_GROUP));
        }

        @Override
        public void handle(Call call) {
            thread = Thread.currentThread().getName();
            calls.add(call);
        }
    }

    private WireClient connect() {
        var client = new WireClient(server.listeners().getFirst().port());
        clients.add(client);
        return client;
    }

    private static byte[] halfFrame(int length, int sent) {
        return ByteBuffer.allocate(4 + sent).putInt(length).array();
    }

    private static AbstractRequest hello() {
        return new ApiVersionsRequest(
                new ApiVersionsRequestData()
                        .setClientSoftwareName("test")
                        .setClientSoftwareVersion("1"),
                (short) 3);
    }

    private static void await(java.util.function.BooleanSupplier condition)
            throws InterruptedException {
        while (!condition.getAsBoolean()) {
            Thread.sleep(5);
        }
    }

    @Test
    void aDeclaredLengthHoldsWhatArrivedAndNotMore() throws InterruptedException {
        int count = 20;
        for (int i = 0; i < count; i++) {
            connect().sendRaw(halfFrame(900_000, 1));
        }
        await(() -> requests.usedBytes() >= count * (16L << 10));
        assertThat(requests.usedBytes()).isEqualTo(count * (16L << 10));
    }

    @Test
    void aFrameThatCouldNeverBeHeldIsRefusedByItsLength() {
        assertThat(
                        connect()
                                .sendRaw(halfFrame((int) (REQUESTS - REQUESTS / 16) + 1, 1))
                                .isClosedByServer())
                .isTrue();
    }

    @Test
    void halfFramesGiveWayToThoseWhoSendWhole() throws InterruptedException {
        List<WireClient> slow =
                IntStream.range(0, 30)
                        .mapToObj(i -> connect().sendRaw(halfFrame(900_000, 60_000)))
                        .toList();
        await(() -> requests.usedBytes() >= REQUESTS * 3 / 4);
        // Larger than what a connection always gets, so there has to be room for it.
        connect().send(joining(30_000));
        Call call = calls.take();
        call.respond(new SyncGroupResponse(new SyncGroupResponseData()));
        await(() -> server.connectionsClosedForMemory() > 0);
        assertThat(slow).isNotEmpty();
        assertThat(requests.usedBytes()).isLessThanOrEqualTo(REQUESTS);
    }

    @Test
    void aShortageOfTheNodesOwnClosesNobody() throws InterruptedException {
        for (int i = 0; i < 40; i++) {
            connect().send(joining(30_000));
        }
        await(() -> requests.waiting() > 0);
        Thread.sleep(1_000); // twice what a client's own slowness would be borne for
        assertThat(server.connectionsClosedForMemory()).isZero();
        for (int i = 0; i < 40; i++) {
            calls.take().respond(new SyncGroupResponse(new SyncGroupResponseData()));
        }
        assertThat(clients).allSatisfy(client -> client.receive(SyncGroupResponse.class));
    }

    @Test
    void whoHoldsLittleDoesNotWaitBehindThoseWhoHoldMuch() throws InterruptedException {
        List<Call> held = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            connect().send(joining(300_000));
            held.add(calls.take());
        }
        WireClient waits = connect().send(joining(200_000));
        await(() -> requests.waiting() > 0);
        WireClient little = connect().send(joining(20_000));
        calls.take().respond(new SyncGroupResponse(new SyncGroupResponseData()));
        little.receive(SyncGroupResponse.class);
        assertThat(requests.waiting()).as("the large one still waits").isEqualTo(1);
        held.forEach(call -> call.respond(new SyncGroupResponse(new SyncGroupResponseData())));
        calls.take().respond(new SyncGroupResponse(new SyncGroupResponseData()));
        waits.receive(SyncGroupResponse.class);
    }

    @Test
    void aCallThatWaitsGivesWayAndKeepsItsConnection() throws InterruptedException {
        WireClient large = connect().send(heartbeat());
        Call waits = calls.take();
        assertThat(waits.tryWait(2 * REQUESTS, () -> {})).as("more than there is").isFalse();
        WireClient small = connect().send(heartbeat());
        var asked = new AtomicInteger();
        Call little = calls.take();
        assertThat(little.tryWait(1_000, asked::incrementAndGet)).isTrue();
        var end = new AtomicReference<Runnable>(() -> waits.fail(new IllegalStateException()));
        assertThat(waits.tryWait(REQUESTS * 7 / 8, () -> end.getAndSet(() -> {}).run())).isTrue();

        large.receive(HeartbeatResponse.class);
        assertThat(requests.usedBytes()).isLessThan(REQUESTS / 8);
        assertThat(asked).as("asked of who holds little").hasValue(0);
        assertThat(server.connectionsClosedForMemory()).isZero();
        little.fail(new IllegalStateException());
        small.receive(HeartbeatResponse.class);
    }

    @Test
    void aHeartbeatAlwaysGetsThrough() throws InterruptedException {
        requests.reserveBeyond(2 * REQUESTS);
        connect().send(heartbeat());
        calls.take().fail(new IllegalStateException());
        requests.release(2 * REQUESTS);
    }

    private static SyncGroupRequest joining(int bytes) {
        var assignment = new SyncGroupRequestAssignment().setAssignment(new byte[bytes]);
        var data = new SyncGroupRequestData().setGroupId("g").setAssignments(List.of(assignment));
        return new SyncGroupRequest(data, (short) 4);
    }

    private static HeartbeatRequest heartbeat() {
        var data = new HeartbeatRequestData().setGroupId("g").setMemberId("m");
        return new HeartbeatRequest.Builder(data).build();
    }

    @Test
    void aFrameFullOfTinyValuesIsRefusedBeforeItIsDecoded() {
        var many = new MetadataRequestData().setTopics(new ArrayList<>());
        for (int i = 0; i < 100_000; i++) {
            many.topics().add(new MetadataRequestTopic().setName(""));
        }
        WireClient client = connect();
        client.sendUnanswered(new MetadataRequest(many, (short) 0));
        assertThat(client.isClosedByServer()).isTrue();
    }

    /** The first is small, the second has many values, and the third takes many bytes. */
    @ParameterizedTest
    @CsvSource({"10, t, kafka-network", "1200, t, kafka-work", "100, 200, kafka-work"})
    void aCallThatTakesLongLeavesTheEventLoop(int topics, String name, String expected)
            throws InterruptedException {
        String prefix = name.equals("t") ? name : "t".repeat(Integer.parseInt(name));
        WireClient client = connect();
        client.send(metadata(topics, prefix));
        Call call = calls.take();
        assertThat(thread).startsWith(expected);
        assertThat(((MetadataRequest) call.request()).topics()).hasSize(topics);
        call.fail(new TimeoutException("none"));
        assertThat(client.receive(MetadataResponse.class).errors()).hasSize(topics);
    }

    private static MetadataRequest metadata(int topics, String prefix) {
        var request = new MetadataRequestData().setTopics(new ArrayList<>());
        for (int i = 0; i < topics; i++) {
            request.topics().add(new MetadataRequestTopic().setName(prefix + i));
        }
        return new MetadataRequest(request, (short) 8);
    }

    @Test
    void aLargeCallIsAnsweredBetweenItsNeighbours() throws InterruptedException {
        WireClient client = connect();
        client.send(heartbeat()).send(metadata(2_000, "t")).send(heartbeat());
        calls.take().respond(new HeartbeatResponse(new HeartbeatResponseData()));
        calls.take().fail(new TimeoutException("none"));
        calls.take().respond(new HeartbeatResponse(new HeartbeatResponseData()));
        client.receive(HeartbeatResponse.class);
        assertThat(client.receive(MetadataResponse.class).errors()).hasSize(2_000);
        client.receive(HeartbeatResponse.class);
    }

    /** A frame is read whole before its turn, but decoded after it. */
    @Test
    void aLargeFrameThatIsNoRequestClosesItsConnection() {
        WireClient client = connect();
        byte[] frame = new byte[100_000];
        Arrays.fill(frame, (byte) 0x7f);
        var header = new RequestHeader(ApiKeys.METADATA, (short) 8, "c", 1);
        ByteBuffer head =
                new MetadataRequest(new MetadataRequestData(), (short) 8)
                        .serializeWithHeader(header);
        ByteBuffer.wrap(frame).putInt(frame.length - 4).put(head.slice(0, 11));
        assertThat(client.sendRaw(frame).isClosedByServer()).isTrue();
    }

    @Test
    void aLengthOfAListAloneSetsNothingAside() {
        var header = new RequestHeader(ApiKeys.METADATA, (short) 0, "c", 1);
        ByteBuffer head =
                new MetadataRequest(
                                new MetadataRequestData().setTopics(new ArrayList<>()), (short) 0)
                        .serializeWithHeader(header);
        int size = 500_000;
        ByteBuffer frame = ByteBuffer.allocate(4 + size).putInt(size).put(head);
        frame.putInt(frame.position() - 4, size - 100); // so many topics
        assertThat(connect().sendRaw(frame.array()).isClosedByServer()).isTrue();
    }

    @Test
    void repliesOfUnknownSizeAreMadeOneAtATime() throws InterruptedException {
        WireClient client = connect();
        client.send(heartbeat()).send(heartbeat()).send(hello());
        Call first = calls.take();
        assertThat(calls.poll(100, TimeUnit.MILLISECONDS)).isNull();
        first.respond(heartbeat().getErrorResponse(0, new IllegalStateException()));
        calls.take().respond(heartbeat().getErrorResponse(0, new IllegalStateException()));
        client.receive(HeartbeatResponse.class);
        client.receive(HeartbeatResponse.class);
        client.receive(ApiVersionsResponse.class);
    }

    @Test
    void aClientThatDoesNotReadItsReplyGivesWay() throws InterruptedException {
        for (int i = 0; i < 6; i++) {
            connect().send(heartbeat());
            var large = new SyncGroupResponseData().setAssignment(new byte[1 << 20]);
            calls.take().respond(new SyncGroupResponse(large));
        }
        await(() -> replies.usedBytes() < REPLIES);
        assertThat(server.connectionsClosedForMemory()).isPositive();
        assertThat(connect().call(hello(), ApiVersionsResponse.class)).isNotNull();
    }

    @Test
    void withoutRoomForRepliesCallsWait() throws InterruptedException {
        replies.reserveBeyond(REPLIES);
        connect().send(heartbeat());
        assertThat(calls.poll(100, TimeUnit.MILLISECONDS)).isNull();
        replies.release(REPLIES);
        calls.take().fail(new IllegalStateException());
    }
}
