package io.oxbow.broker.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.broker.testing.WireClient;
import io.oxbow.s3stream.env.Environment;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.DescribeGroupsRequestData;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ApiVersionsRequest;
import org.apache.kafka.common.requests.ApiVersionsResponse;
import org.apache.kafka.common.requests.DescribeGroupsRequest;
import org.apache.kafka.common.requests.HeartbeatRequest;
import org.apache.kafka.common.requests.HeartbeatResponse;
import org.apache.kafka.common.requests.SyncGroupResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests the order, failures and limits of calls over a real socket. */
class NetworkServerTest {

    private final Environment environment = Environment.system();

    private static final short VERSION = 4;
    private static final NetworkConfig.SocketBuffers BUFFERS =
            NetworkConfig.SocketBuffers.defaults();

    private final HeldCalls held = new HeldCalls();
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable closeable : open.reversed()) {
            closeable.close();
        }
    }

    @Test
    void repliesLeaveInTheOrderOfTheRequests() throws Exception {
        WireClient client = client(serve(config()));
        client.send(heartbeat("a")).send(heartbeat("b")).send(heartbeat("c"));
        Call a = held.next();
        Call b = held.next();
        Call c = held.next();

        c.respond(answer(3));
        b.respond(answer(2));
        a.respond(answer(1));

        assertThat(client.receive(HeartbeatResponse.class).throttleTimeMs()).isEqualTo(1);
        assertThat(client.receive(HeartbeatResponse.class).throttleTimeMs()).isEqualTo(2);
        assertThat(client.receive(HeartbeatResponse.class).throttleTimeMs()).isEqualTo(3);
    }

    @Test
    void afterWriteRunsOnceTheReplyHasLeft() throws Exception {
        WireClient client = client(serve(config()));
        client.send(heartbeat("a"));
        var written = new CountDownLatch(1);
        held.next().respond(answer(1), written::countDown);
        client.receive(HeartbeatResponse.class);
        written.await();
    }

    @Test
    void afterWriteRunsEvenWhenTheClientIsGone() throws Exception {
        WireClient client = client(serve(config()));
        client.send(heartbeat("a")).send(heartbeat("b"));
        Call a = held.next();
        Call b = held.next();
        client.close();
        var written = new CountDownLatch(2);
        b.respond(answer(1), written::countDown);
        a.respond(answer(1), written::countDown);
        written.await();
    }

    @Test
    void anAfterWriteThatThrowsRunsOnceAndKeepsNoOtherFromRunning() throws Exception {
        NetworkServer server = serve(config());
        WireClient client = client(server);
        client.send(heartbeat("a")).send(heartbeat("b")).send(heartbeat("c"));
        Call a = held.next();
        Call b = held.next();
        Call c = held.next();
        var thrown = new AtomicInteger();
        var written = new CountDownLatch(2);
        b.respond(
                answer(2),
                () -> {
                    thrown.incrementAndGet();
                    throw new IllegalStateException("after the write");
                });
        c.respond(answer(3), written::countDown);
        client.close();
        while (server.connections() > 0) {
            Thread.sleep(10);
        }
        a.respond(answer(1), written::countDown);
        written.await();
        assertThat(thrown).hasValue(1);
        assertThat(environment.health().failures("network")).isEqualTo(1);
    }

    @Test
    void theKernelTakesNoMoreOfAReplyThanItsBufferHolds() throws Exception {
        NetworkServer server = serve(config());
        WireClient client = client(server);
        client.send(heartbeat("a"));
        var reply = new SyncGroupResponseData().setAssignment(new byte[1 << 20]);
        held.next().respond(new SyncGroupResponse(reply));
        // Left to itself, the kernel takes it whole, and it has left.
        assertThat(server.drain(Duration.ofMillis(100))).isFalse();
    }

    @Test
    void aFailedCallGetsItsOwnErrorResponse() throws Exception {
        WireClient client = client(serve(config()));
        client.send(heartbeat("a"));
        held.next().fail(new GroupIdNotFoundException("no such group"));
        assertThat(client.receive(HeartbeatResponse.class).error())
                .isEqualTo(Errors.GROUP_ID_NOT_FOUND);
    }

    @Test
    void anExceptionOfAHandlerBecomesTheErrorResponse() throws Exception {
        ApiHandler throwing =
                new Heartbeats(call -> {
                    throw new IllegalStateException("a bug");
                });
        WireClient client = client(serve(config(), throwing));
        assertThat(client.call(heartbeat("a"), HeartbeatResponse.class).error())
                .isEqualTo(Errors.UNKNOWN_SERVER_ERROR);
    }

    @Test
    void tasksOfAConnectionRunInOrderAndApartFromTheEventLoop() throws Exception {
        var order = new LinkedBlockingQueue<String>();
        var gate = new CountDownLatch(1);
        ApiHandler blocking =
                new Heartbeats(call ->
                        call.runInOrder(() -> {
                            await(gate);
                            order.add(group(call));
                            call.respond(answer(0));
                        }));
        NetworkServer server = serve(config(), blocking);
        WireClient client = client(server);
        client.send(heartbeat("1")).send(heartbeat("2")).send(heartbeat("3"));
        // The event loop is free meanwhile: another API on it is answered.
        assertThat(client(server).call(hello(), ApiVersionsResponse.class).data().errorCode())
                .isZero();
        gate.countDown();
        for (int i = 0; i < 3; i++) {
            client.receive(HeartbeatResponse.class);
        }
        assertThat(order).containsExactly("1", "2", "3");
    }

    @Test
    void tasksRunOnTheEventLoopUnlessAnEarlierOneIsUnderWay() throws Exception {
        var order = new LinkedBlockingQueue<String>();
        var gate = new CountDownLatch(1);
        ApiHandler handler =
                new Heartbeats(call ->
                        call.runInOrder(
                                () -> {
                                    boolean waits = group(call).startsWith("waits");
                                    order.add(group(call) + (waits ? " later" : " at once"));
                                    if (!waits) {
                                        call.respond(answer(0));
                                    }
                                    return !waits;
                                },
                                () -> {
                                    await(gate);
                                    order.add(group(call) + " in turn");
                                    call.respond(answer(0));
                                }));
        NetworkServer server = serve(config(), handler);
        WireClient client = client(server);
        assertThat(client.call(heartbeat("1"), HeartbeatResponse.class).error())
                .isEqualTo(Errors.NONE);
        client.send(heartbeat("waits")).send(heartbeat("2"));
        // Another connection is served meanwhile, and at once.
        assertThat(client(server).call(heartbeat("3"), HeartbeatResponse.class).error())
                .isEqualTo(Errors.NONE);
        gate.countDown();
        client.receive(HeartbeatResponse.class);
        client.receive(HeartbeatResponse.class);
        assertThat(order).hasSize(5);
        assertThat(order.stream().filter(step -> !step.startsWith("3")))
                .containsExactly("1 at once", "waits later", "waits in turn", "2 in turn");
        assertThat(order).contains("3 at once");
    }

    @Test
    void aFullWindowStopsTheReadingUntilThereIsRoom() throws Exception {
        var window = new NetworkConfig.Window(4, 1 << 20);
        WireClient client = client(serve(config(1 << 20, window)));
        for (int i = 0; i < 50; i++) {
            client.send(heartbeat("g" + i));
        }
        var first = new ArrayList<Call>();
        for (int i = 0; i < 4; i++) {
            first.add(held.next());
        }
        // Another connection's whole round trip later, nothing more was taken from this one.
        assertThat(client(firstServer()).call(hello(), ApiVersionsResponse.class)).isNotNull();
        assertThat(held.waiting()).isZero();

        first.forEach(call -> call.respond(answer(0)));
        for (int i = 4; i < 50; i++) {
            Call call = held.next();
            assertThat(group(call)).isEqualTo("g" + i);
            call.respond(answer(0));
        }
        for (int i = 0; i < 50; i++) {
            client.receive(HeartbeatResponse.class);
        }
    }

    @Test
    void aLargeFrameInManyPiecesArrivesIntact() throws Exception {
        WireClient client = client(serve(config()));
        String group = "x".repeat(30_000);
        for (int round = 0; round < 50; round++) {
            client.send(heartbeat("before")).send(heartbeat(group)).send(heartbeat("after"));
        }
        for (int round = 0; round < 50; round++) {
            for (String expected : List.of("before", group, "after")) {
                Call call = held.next();
                assertThat(group(call)).isEqualTo(expected);
                call.respond(answer(0));
            }
        }
    }

    @Test
    void aFrameGreaterThanOneBufferArrivesIntact() throws Exception {
        var big = new ArrayList<String>();
        for (int i = 0; i < 300; i++) {
            big.add("g".repeat(30_000) + i);
        }
        ApiHandler describing =
                new ApiHandler() {
                    @Override
                    public Map<ApiKeys, Versions> apis() {
                        return Map.of(
                                ApiKeys.DESCRIBE_GROUPS, Versions.all(ApiKeys.DESCRIBE_GROUPS));
                    }

                    @Override
                    public void handle(Call call) {
                        held.handle(call);
                    }
                };
        WireClient client = client(serve(config(), describing));
        var request =
                new DescribeGroupsRequest.Builder(new DescribeGroupsRequestData().setGroups(big))
                        .build((short) 5);
        for (int i = 0; i < 3; i++) {
            client.send(request);
            Call call = held.next();
            assertThat(((DescribeGroupsRequest) call.request()).data().groups()).isEqualTo(big);
            call.fail(new GroupIdNotFoundException("none"));
            client.receiveFrame();
        }
    }

    @Test
    void anOversizedANegativeAndAnEmptyFrameCloseTheConnection() {
        NetworkServer server = serve(config(1000, new NetworkConfig.Window(4, 4000)));
        for (int length : new int[] {1001, -1, 0, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
            WireClient client = client(server);
            client.sendRaw(ByteBuffer.allocate(4).putInt(length).array());
            assertThat(client.isClosedByServer()).as("length %d", length).isTrue();
        }
    }

    @Test
    void garbageClosesTheConnectionAndOnlyThat() {
        NetworkServer server = serve(config());
        byte[][] garbage = {
            {0, 0, 0, 1, 7},
            {0, 0, 0, 8, 0x7f, 0x7f, 0, 0, 0, 0, 0, 0},
            {0, 0, 0, 8, 0, 18, 0, 3, 0, 0, 0, 0},
            {0, 0, 0, 12, 0, 12, 0, 4, 0, 0, 0, 1, 0x7f, 0x7f, 0, 0},
            "GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII)
        };
        WireClient bystander = client(server);
        for (byte[] bytes : garbage) {
            WireClient client = client(server);
            client.sendRaw(bytes);
            assertThat(client.isClosedByServer()).isTrue();
        }
        assertThat(bystander.call(hello(), ApiVersionsResponse.class).data().errorCode()).isZero();
    }

    @Test
    void anApiOrVersionThatIsNotServedClosesTheConnection() {
        NetworkServer server = serve(config());
        WireClient unserved = client(server);
        unserved.send(
                new DescribeGroupsRequest.Builder(new DescribeGroupsRequestData())
                        .build((short) 5));
        assertThat(unserved.isClosedByServer()).isTrue();

        ApiHandler oldOnly =
                new Heartbeats(held::handle) {
                    @Override
                    public Map<ApiKeys, Versions> apis() {
                        return Map.of(ApiKeys.HEARTBEAT, new Versions((short) 0, (short) 3));
                    }
                };
        WireClient tooNew = client(serve(config(), oldOnly));
        tooNew.send(heartbeat("a"));
        assertThat(tooNew.isClosedByServer()).isTrue();
    }

    @Test
    void anUnknownVersionOfApiVersionsIsAnsweredInVersionZero() {
        WireClient client = client(serve(config()));
        ByteBuffer body = ByteBuffer.allocate(20);
        body.putShort(ApiKeys.API_VERSIONS.id).putShort((short) 99).putInt(7).putShort((short) -1);
        body.put((byte) 0).flip();
        byte[] frame = new byte[4 + body.remaining()];
        ByteBuffer.wrap(frame).putInt(body.remaining()).put(body);
        client.sendRaw(frame);

        ByteBuffer reply = client.receiveFrame();
        assertThat(reply.getInt()).isEqualTo(7);
        var response =
                ApiVersionsResponse.parse(
                        new org.apache.kafka.common.protocol.ByteBufferAccessor(reply), (short) 0);
        assertThat(response.data().errorCode()).isEqualTo(Errors.UNSUPPORTED_VERSION.code());
        assertThat(response.apiVersion(ApiKeys.API_VERSIONS.id).maxVersion())
                .isEqualTo(ApiKeys.API_VERSIONS.latestVersion());
    }

    @Test
    void onlyWhatIsServedIsAdvertised() {
        WireClient client = client(serve(config()));
        var response = client.call(hello(), ApiVersionsResponse.class);
        assertThat(response.data().apiKeys())
                .extracting(api -> ApiKeys.forId(api.apiKey()))
                .containsExactlyInAnyOrder(ApiKeys.API_VERSIONS, ApiKeys.HEARTBEAT);
    }

    @Test
    void aMalformedClientNameIsAnInvalidRequest() {
        var data =
                new ApiVersionsRequestData()
                        .setClientSoftwareName("-bad-")
                        .setClientSoftwareVersion("1");
        WireClient client = client(serve(config()));
        var response =
                client.call(new ApiVersionsRequest(data, (short) 3), ApiVersionsResponse.class);
        assertThat(response.data().errorCode()).isEqualTo(Errors.INVALID_REQUEST.code());
    }

    @Test
    void hangUpClosesAfterTheEarlierReplies() throws Exception {
        WireClient client = client(serve(config()));
        client.send(heartbeat("a")).send(heartbeat("b"));
        Call a = held.next();
        held.next().hangUp();
        a.respond(answer(1));
        assertThat(client.receive(HeartbeatResponse.class).throttleTimeMs()).isEqualTo(1);
        assertThat(client.isClosedByServer()).isTrue();
    }

    @Test
    void drainAnswersWhatIsUnderWay() throws Exception {
        NetworkServer server = serve(config());
        WireClient client = client(server);
        client.send(heartbeat("a"));
        Call a = held.next();
        assertThat(server.drain(Duration.ZERO)).isFalse();
        Thread.ofVirtual().start(() -> a.respond(answer(1)));
        assertThat(server.drain(Duration.ofMinutes(1))).isTrue();
        assertThat(client.receive(HeartbeatResponse.class).throttleTimeMs()).isEqualTo(1);
    }

    @Test
    void anIdleConnectionIsClosedButNotOneThatWaits() throws Exception {
        var config =
                new NetworkConfig(
                        List.of(Listener.plaintext("127.0.0.1", 0)),
                        1,
                        1 << 20,
                        Duration.ofMillis(50),
                        10,
                        BUFFERS,
                        new NetworkConfig.Window(4, 1 << 20),
                        ClientMemory.ofHeap());
        NetworkServer server = serve(config);
        WireClient waiting = client(server);
        waiting.send(heartbeat("a"));
        Call call = held.next();
        WireClient idle = client(server);
        assertThat(idle.isClosedByServer()).isTrue();
        call.respond(answer(1));
        assertThat(waiting.receive(HeartbeatResponse.class).throttleTimeMs()).isEqualTo(1);
    }

    @Test
    void aHalfOpenConnectionIsForgotten() {
        NetworkServer server = serve(config());
        WireClient client = client(server);
        client.sendRaw((byte) 0, (byte) 0);
        client.halfClose();
        assertThat(client.isClosedByServer()).isTrue();
    }

    @Test
    void connectionsBeyondTheLimitAreRefused() {
        var config =
                new NetworkConfig(
                        List.of(Listener.plaintext("127.0.0.1", 0)),
                        1,
                        1 << 20,
                        Duration.ofMinutes(1),
                        1,
                        BUFFERS,
                        new NetworkConfig.Window(4, 1 << 20),
                        ClientMemory.ofHeap());
        NetworkServer server = serve(config);
        WireClient first = client(server);
        assertThat(first.call(hello(), ApiVersionsResponse.class)).isNotNull();
        assertThat(client(server).isClosedByServer()).isTrue();
        assertThat(first.call(hello(), ApiVersionsResponse.class)).isNotNull();
    }

    private NetworkServer firstServer() {
        return (NetworkServer) open.getFirst();
    }

    private NetworkServer serve(NetworkConfig config) {
        return serve(config, new Heartbeats(held::handle));
    }

    private NetworkServer serve(NetworkConfig config, ApiHandler handler) {
        NetworkServer server = NetworkServer.bind(config, environment);
        open.add(server);
        server.start(List.of(handler), FeaturesView.none());
        return server;
    }

    private static NetworkConfig config() {
        return config(100 << 20, new NetworkConfig.Window(1000, 100 << 20));
    }

    private static NetworkConfig config(int requestBytesMax, NetworkConfig.Window window) {
        return new NetworkConfig(
                List.of(Listener.plaintext("127.0.0.1", 0)),
                1,
                requestBytesMax,
                Duration.ofMinutes(10),
                100,
                BUFFERS,
                window,
                ClientMemory.ofHeap());
    }

    private WireClient client(NetworkServer server) {
        var client = new WireClient(server.listeners().getFirst().port());
        open.add(client);
        return client;
    }

    private static HeartbeatRequest heartbeat(String group) {
        return new HeartbeatRequest.Builder(
                        new HeartbeatRequestData().setGroupId(group).setMemberId("m"))
                .build(VERSION);
    }

    private static String group(Call call) {
        return ((HeartbeatRequest) call.request()).data().groupId();
    }

    private static HeartbeatResponse answer(int throttleTimeMs) {
        return new HeartbeatResponse(new HeartbeatResponseData().setThrottleTimeMs(throttleTimeMs));
    }

    private static ApiVersionsRequest hello() {
        return new ApiVersionsRequest.Builder().build();
    }

    private static void await(CountDownLatch gate) {
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static class Heartbeats implements ApiHandler {

        private final java.util.function.Consumer<Call> serve;

        Heartbeats(java.util.function.Consumer<Call> serve) {
            this.serve = serve;
        }

        @Override
        public Map<ApiKeys, Versions> apis() {
            return Map.of(ApiKeys.HEARTBEAT, Versions.all(ApiKeys.HEARTBEAT));
        }

        @Override
        public boolean pipelines() {
            return true;
        }

        @Override
        public void handle(Call call) {
            serve.accept(call);
        }
    }

    /** Calls wait here until the test answers them. */
    private static final class HeldCalls {

        private final BlockingQueue<Call> calls = new LinkedBlockingQueue<>();

        void handle(Call call) {
            calls.add(call);
        }

        Call next() throws InterruptedException {
            return calls.take();
        }

        int waiting() {
            return calls.size();
        }
    }
}
