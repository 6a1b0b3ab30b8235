package io.oxbow.node.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.node.config.ConfigFailure;
import io.oxbow.node.config.HostPort;
import io.oxbow.node.config.NodeConfig;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.env.Policy;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that nodes with certificates call each other, and that nobody else is answered. */
class RpcTlsTest {

    @TempDir static Path directory = Path.of("");

    private static TestAuthority authority;
    private static RpcTls own;

    @BeforeAll
    static void sign() throws Exception {
        authority = new TestAuthority(directory, "cluster");
        own = RpcTls.of(authority.sign("one", "ip:127.0.0.1"));
    }

    /** Calls a server of {@code server}'s certificates by {@code caller}'s. */
    private static byte[] call(RpcTls server, RpcTls caller) throws RpcException {
        Environment environment = Environment.system();
        try (var there =
                        RpcServer.bind(
                                new HostPort("127.0.0.1", 0),
                                server,
                                environment.health().background("rpc", Policy.RETRY),
                                environment);
                var peers = new RpcPeers(caller)) {
            there.serve(RpcMethod.CONTROLLER, request -> new byte[] {request[0], 2});
            return peers.call(there.address().toString(), RpcMethod.CONTROLLER, new byte[] {1});
        }
    }

    @Test
    void nodesOfOneAuthorityCallEachOther() throws Exception {
        RpcTls other = RpcTls.of(authority.sign("two", "ip:127.0.0.1"));
        assertThat(call(other, own)).containsExactly(1, 2);
        assertThat(call(own, other)).containsExactly(1, 2);
    }

    @Test
    void callerWithoutACertificateIsNotAnswered() {
        assertThatThrownBy(() -> call(own, RpcTls.NONE)).isInstanceOf(RpcException.class);
    }

    @Test
    void nodeWithoutTlsIsNotCalled() {
        assertThatThrownBy(() -> call(RpcTls.NONE, own)).isInstanceOf(RpcException.class);
    }

    @Test
    void nodesOfAnotherAuthorityNeitherAnswerNorAreAnswered() throws Exception {
        var elsewhere = new TestAuthority(directory, "elsewhere");
        NodeConfig.Certificates stranger = elsewhere.sign("one", "ip:127.0.0.1");
        RpcTls trusting = RpcTls.of(stranger);
        // The stranger trusts the cluster, and the cluster does not trust the stranger.
        RpcTls pretending =
                RpcTls.of(
                        new NodeConfig.Certificates(
                                stranger.own(), authority.sign("x", "ip:127.0.0.1").authorities()));

        assertThatThrownBy(() -> call(own, trusting)).isInstanceOf(RpcException.class);
        assertThatThrownBy(() -> call(own, pretending)).isInstanceOf(RpcException.class);
        assertThatThrownBy(() -> call(pretending, own)).isInstanceOf(RpcException.class);
    }

    @Test
    void nodeWhoseCertificateNamesAnotherHostIsNotCalled() throws Exception {
        RpcTls other = RpcTls.of(authority.sign("away", "dns:away.example"));
        assertThatThrownBy(() -> call(other, own)).isInstanceOf(RpcException.class);
        assertThat(call(own, other)).as("a caller's host is nobody's matter").hasSize(2);
    }

    @Test
    void fileWithoutKeyOrCertificatesIsNamedAtTheStart() throws Exception {
        NodeConfig.Certificates good = authority.sign("three", "ip:127.0.0.1");
        Path empty = Files.writeString(directory.resolve("empty.pem"), "nothing");
        assertThatThrownBy(() -> RpcTls.of(new NodeConfig.Certificates(empty, good.authorities())))
                .isInstanceOf(ConfigFailure.class)
                .hasMessageContaining("oxbow.rpc.ssl.keystore.location=" + empty);
        assertThatThrownBy(() -> RpcTls.of(new NodeConfig.Certificates(good.own(), empty)))
                .isInstanceOf(ConfigFailure.class)
                .hasMessageContaining("oxbow.rpc.ssl.truststore.location=" + empty);
    }
}
