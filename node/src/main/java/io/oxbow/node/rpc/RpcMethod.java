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
    APPEND("log/Append", 64, Duration.ofSeconds(10)),

    /** A broker's request to the active controller. */
    CONTROLLER("controller/Request", 64, Duration.ofSeconds(30)),

    /** A translator's question for a schema, for the node that serves the registry. */
    SCHEMA("registry/Schema", 16, Duration.ofSeconds(5)),

    /** Sign of life of a node for the leader, which answers with its own. */
    CONTACT("node/Contact", 16, Duration.ofMillis(1_500));

    private static final String SERVICE = "oxbow.";

    private final MethodDescriptor<byte[], byte[]> descriptor;
    private final int callsMax;
    private final Duration deadline;

    RpcMethod(String name, int callsMax, Duration deadline) {
        this.callsMax = callsMax;
        this.deadline = deadline;
        this.descriptor =
                MethodDescriptor.<byte[], byte[]>newBuilder()
                        .setType(MethodDescriptor.MethodType.UNARY)
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
