package io.oxbow.node.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.netty.channel.ConnectTimeoutException;
import io.oxbow.node.config.ConfigFailure;
import io.oxbow.node.config.HostPort;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.env.Policy;
import io.oxbow.s3stream.memory.MemoryBudget;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests calls between processes: answers, none, and lanes that are full. */
class RpcTest {

    private static final int LARGE = 1 << 20;

    private static final MemoryBudget MEMORY = new MemoryBudget(2 * LARGE);

    private final Environment environment = Environment.system();
    private final RpcServer server =
            RpcServer.bind(
                    new HostPort("127.0.0.1", 0),
                    RpcTls.NONE,
                    MEMORY,
                    environment.health().background("rpc", Policy.RETRY),
                    environment);
    private final RpcPeers peers = new RpcPeers(RpcTls.NONE);

    @AfterEach
    void close() {
        peers.close();
        server.close();
    }

    private byte[] call(RpcMethod method, byte[] request) throws RpcException {
        return peers.call(server.address().toString(), method, request);
    }

    @Test
    void answersAreTheHandlers() throws Exception {
        server.serve(RpcMethod.APPEND, request -> new byte[] {request[0], 2});

        assertThat(call(RpcMethod.APPEND, new byte[] {1})).containsExactly(1, 2);
    }

    @Test
    void methodsWithoutAHandlerAndHandlersThatThrowHaveNoAnswer() {
        server.serve(
                RpcMethod.CONTROLLER,
                request -> {
                    throw new IllegalStateException("broken");
                });

        assertThatThrownBy(() -> call(RpcMethod.APPEND, new byte[1]))
                .isInstanceOf(RpcException.class);
        assertThatThrownBy(() -> call(RpcMethod.CONTROLLER, new byte[1]))
                .isInstanceOf(RpcException.class);
    }

    @Test
    void fullLaneIsBusyAndHoldsUpNoOther() throws Exception {
        var begun = new CountDownLatch(RpcMethod.CONTROLLER.callsMax());
        var goOn = new CountDownLatch(1);
        server.serve(
                RpcMethod.CONTROLLER,
                request -> {
                    begun.countDown();
                    try {
                        goOn.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    return request;
                });
        server.serve(RpcMethod.CONTACT, request -> request);
        var calls =
                java.util.stream.IntStream.range(0, RpcMethod.CONTROLLER.callsMax())
                        .mapToObj(i -> {
                            var done = new CompletableFuture<byte[]>();
                            Thread.ofVirtual()
                                    .start(() -> {
                                        try {
                                            done.complete(
                                                    call(RpcMethod.CONTROLLER, new byte[] {9}));
                                        } catch (Throwable e) {
                                            done.completeExceptionally(e);
                                        }
                                    });
                            return done;
                        })
                        .toList();
        begun.await();

        assertThatThrownBy(() -> call(RpcMethod.CONTROLLER, new byte[1]))
                .isInstanceOf(RpcException.class)
                .hasMessageContaining("busy");
        assertThat(call(RpcMethod.CONTACT, new byte[] {1})).containsExactly(1);

        goOn.countDown();
        for (var call : calls) {
            assertThat(call.get()).containsExactly(9);
        }
    }

    /** Another machine that called it would call itself, and take a leader for ended. */
    @Test
    void hostThatStandsForEveryAddressIsRefused() {
        for (String host : List.of("0.0.0.0", "::")) {
            assertThatThrownBy(() ->
                            RpcServer.bind(
                                    new HostPort(host, 0),
                                    RpcTls.NONE,
                                    environment.health().background("rpc", Policy.RETRY),
                                    environment))
                    .isInstanceOf(ConfigFailure.class)
                    .hasMessageContaining("oxbow.rpc.listener=");
        }
    }

    @Test
    void largeRequestIsWholeAndItsMemoryIsGivenBack() throws Exception {
        server.serve(RpcMethod.APPEND, request -> request);
        var random = new byte[LARGE + 1];
        new Random(7).nextBytes(random);

        for (int i = 0; i < 5; i++) {
            assertThat(call(RpcMethod.APPEND, random)).isEqualTo(random);
        }
    }

    /** A heap is not filled by a stranger who reaches the port. */
    @Test
    void requestThatNoMemoryIsLeftForIsNotServed() throws Exception {
        server.serve(RpcMethod.APPEND, request -> request);
        server.serve(RpcMethod.CONTACT, request -> request);

        assertThatThrownBy(() -> call(RpcMethod.APPEND, new byte[3 * LARGE]))
                .isInstanceOfSatisfying(
                        RpcException.class, e -> assertThat(e.isNotServed()).isTrue());
        assertThat(call(RpcMethod.CONTACT, new byte[] {1})).containsExactly(1);
    }

    @Test
    void callThatWasRefusedIsDefinitelyNotServed() {
        server.serve(
                RpcMethod.CONTROLLER,
                request -> {
                    throw new IllegalStateException("broken");
                });

        assertThatThrownBy(() -> call(RpcMethod.APPEND, new byte[1]))
                .hasMessageContaining("starting")
                .isInstanceOfSatisfying(
                        RpcException.class, e -> assertThat(e.isNotServed()).isTrue());
        assertThatThrownBy(() -> call(RpcMethod.CONTROLLER, new byte[1]))
                .isInstanceOfSatisfying(
                        RpcException.class, e -> assertThat(e.isNotServed()).isFalse());
    }

    @Test
    void callsToAnEndpointThatIsForgottenEndAndLaterOnesConnectAnew() throws Exception {
        var begun = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        server.serve(
                RpcMethod.APPEND,
                request -> {
                    begun.countDown();
                    try {
                        goOn.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    return request;
                });
        String endpoint = server.address().toString();
        CompletableFuture<byte[]> call = peers.send(endpoint, RpcMethod.APPEND, new byte[1]);
        begun.await();

        peers.forget(endpoint);

        assertThatThrownBy(call::join).hasCauseInstanceOf(RpcException.class);
        goOn.countDown();
        assertThat(call(RpcMethod.APPEND, new byte[] {4})).containsExactly(4);
    }

    @Test
    void nobodyThereIsNoAnswer() {
        String nobody = server.address().toString();
        server.close();

        assertThatThrownBy(() -> peers.call(nobody, RpcMethod.CONTACT, new byte[1]))
                .isInstanceOfSatisfying(
                        RpcException.class, e -> assertThat(e.isRefused()).isTrue());
    }

    /** A network that drops packets says nothing of the process behind it. */
    @Test
    void connectionThatWasNotAnsweredIsNotRefused() {
        var status =
                Status.UNAVAILABLE.withCause(new ConnectTimeoutException("connection timed out"));

        assertThat(new RpcException("contact", status.asRuntimeException()).isRefused()).isFalse();
    }
}
