package io.oxbow.node.rpc;

import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.oxbow.node.config.ClusterKeys;
import io.oxbow.node.config.ConfigFailure;
import io.oxbow.node.config.NodeConfig;
import java.io.File;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * TLS of the calls between nodes. Both sides show a certificate of a trusted authority; a caller
 * checks that the host that it calls is named in the other's.
 */
public final class RpcTls {

    /** No TLS: calls are in plain text, and nobody authenticates. */
    public static final RpcTls NONE = new RpcTls(null, null);

    private final @Nullable SslContext incoming;
    private final @Nullable SslContext outgoing;

    private RpcTls(@Nullable SslContext incoming, @Nullable SslContext outgoing) {
        this.incoming = incoming;
        this.outgoing = outgoing;
    }

    /**
     * Reads the files.
     *
     * @throws ConfigFailure if one does not hold what it should
     */
    public static RpcTls of(NodeConfig.Certificates files) {
        File own = files.own().toFile();
        File authorities = files.authorities().toFile();
        try {
            return new RpcTls(
                    GrpcSslContexts.forServer(own, own)
                            .trustManager(authorities)
                            .clientAuth(ClientAuth.REQUIRE)
                            .build(),
                    GrpcSslContexts.forClient()
                            .keyManager(own, own)
                            .trustManager(authorities)
                            .build());
        } catch (SSLException | IllegalArgumentException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new ConfigFailure(
                    "%s=%s or %s=%s cannot be used: %s. The first holds a private key (BEGIN PRIVATE KEY) and its certificates, the second certificates, all in PEM"
                            .formatted(
                                    ClusterKeys.RPC_KEY_STORE,
                                    own,
                                    ClusterKeys.RPC_TRUST_STORE,
                                    authorities,
                                    cause.getMessage()));
        }
    }

    void secure(NettyServerBuilder server) {
        if (incoming != null) {
            server.sslContext(incoming);
        }
    }

    NettyChannelBuilder secure(NettyChannelBuilder channel) {
        return outgoing == null ? channel.usePlaintext() : channel.sslContext(outgoing);
    }
}
