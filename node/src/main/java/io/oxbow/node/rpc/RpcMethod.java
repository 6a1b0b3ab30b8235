package io.oxbow.node.rpc;

import io.grpc.MethodDescriptor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;

/** Methods that nodes call on each other. */
public enum RpcMethod {
    /** A follower's core records, for the leader of the metadata log. */
    APPEND("log/Append", 64, Duration.ofSeconds(10), false),

    /** Slots of the metadata log, from its leader to each node. */
    PUSH("log/Push", 4, Duration.ofSeconds(2), false),

    /** A broker's request to the active controller. */
    CONTROLLER("controller/Request", 64, Duration.ofSeconds(30), false),

    /** A translator's question for a schema, for the node that serves the registry. */
    SCHEMA("registry/Schema", 16, Duration.ofSeconds(5), false),

    /** A leader's question for the coordinator of a transaction that begins in its partitions. */
    TRANSACTION("transaction/Partitions", 256, Duration.ofSeconds(5), false),

    /** A coordinator's decisions, for the broker that leads a transaction's partitions. */
    MARKERS("transaction/Markers", 256, Duration.ofSeconds(30), false),

    /** Sign of life of a node for the leader, which answers with its own. */
    CONTACT("node/Contact", 16, Duration.ofMillis(1_500), true),

    /** Question how the cluster is, for the leader, whom all nodes tell. */
    CLUSTER("cluster/Describe", 16, Duration.ofSeconds(5), false),

    /** The leader's question what a node's partitions have counted. */
    TRAFFIC("balance/Traffic", 16, Duration.ofSeconds(2), false),

    /** Question what the leader's balancer would do. */
    BALANCE("balance/Plan", 16, Duration.ofSeconds(5), false),

    /** Question which process has an address; it answers with its incarnation. */
    HELLO("node/Hello", 16, Duration.ofSeconds(1), true);

    private static final String SERVICE = "oxbow.";

    private final MethodDescriptor<byte[], byte[]> descriptor;
    private final int callsMax;
    private final Duration deadline;
    private final boolean sign;

    RpcMethod(String name, int callsMax, Duration deadline, boolean sign) {
        this.callsMax = callsMax;
        this.deadline = deadline;
        this.sign = sign;
        this.descriptor =
                MethodDescriptor.<byte[], byte[]>newBuilder()
                        .setType(MethodDescriptor.MethodType.CLIENT_STREAMING)
                        .setFullMethodName(SERVICE + name)
                        .setRequestMarshaller(new Bytes())
                        .setResponseMarshaller(new Bytes())
                        .build();
    }

    MethodDescriptor<byte[], byte[]> descriptor() {
        return descriptor;
    }

    /** Calls that a process serves at once; one more is answered that it is busy. */
    int callsMax() {
        return callsMax;
    }

    Duration deadline() {
        return deadline;
    }

    /** Returns true for signs of life, which do not share a connection with large requests. */
    boolean isSign() {
        return sign;
    }

    /** Passes bytes through as they are. */
    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
