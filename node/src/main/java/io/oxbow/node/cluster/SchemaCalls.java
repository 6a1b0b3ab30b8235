package io.oxbow.node.cluster;

import io.oxbow.node.rpc.RpcException;
import io.oxbow.node.rpc.RpcMethod;
import io.oxbow.node.rpc.RpcPeers;
import io.oxbow.s3stream.binary.BinaryReader;
import io.oxbow.s3stream.binary.BinaryWriter;
import io.oxbow.schema.RegisteredSchema;
import io.oxbow.schema.RegistryException;
import io.oxbow.schema.SchemaRegistry;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/**
 * Looks schemas up by id, here or by a call to the node that serves the registry.
 *
 * <pre>
 * request = callee:uuid id
 * answer  = 0 (not served here) | 1 text (the schema, with all that it refers to) | 2 maxId (there is none) | 3 why (it is no schema)
 * </pre>
 */
public final class SchemaCalls {

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration PATIENCE_FOR_OTHERS = Duration.ofSeconds(2);

    private static final int NOT_SERVED = 0;
    private static final int FOUND = 1;
    private static final int NONE = 2;
    private static final int INVALID = 3;

    private final RegistryCalls calls;
    private final SchemaRegistry registry;
    private final RpcPeers peers;

    /**
     * @param registry of this process, for when it serves
     */
    public SchemaCalls(RegistryCalls calls, SchemaRegistry registry, RpcPeers peers) {
        this.calls = calls;
        this.registry = registry;
        this.peers = peers;
    }

    /** The registry's word on an id. */
    sealed interface Answer {

        /**
         * @param text of the schema, with all that it refers to
         */
        record Found(String text) implements Answer {}

        /**
         * @param maxId highest id that was ever given out
         */
        record None(int maxId) implements Answer {}

        /** The id stands for a text that is no schema. */
        record Invalid(String why) implements Answer {}
    }

    /**
     * Asks for a schema that has to be registered by now.
     *
     * @throws RegistryAwayException when nobody can tell now
     */
    Answer ask(int id) throws InterruptedException {
        return calls.call(PATIENCE, () -> answer(id), there -> ask(there, id));
    }

    private Answer answer(int id) {
        Optional<RegisteredSchema> found = registry.schema(id);
        if (found.isEmpty()) {
            return new Answer.None(registry.maxId());
        }
        try {
            return new Answer.Found(found.get().avro().toString());
        } catch (RegistryException e) {
            return new Answer.Invalid(String.valueOf(e.getMessage()));
        }
    }

    private Optional<Answer> ask(RegistryPlace.Seat.There there, int id) {
        var out = new BinaryWriter(24);
        out.uuid(there.incarnation());
        out.varint(Integer.toUnsignedLong(id));
        try {
            return read(peers.call(there.rpc(), RpcMethod.SCHEMA, out.toByteArray()));
        } catch (RpcException e) {
            return Optional.empty();
        }
    }

    /**
     * Answers another node's question.
     *
     * @param incarnation of this process
     */
    public byte[] serve(byte[] request, UUID incarnation) {
        var in = new BinaryReader("question for a schema", request);
        UUID callee = in.uuid();
        int id = (int) in.natural();
        in.end();
        var out = new BinaryWriter(256);
        if (!callee.equals(incarnation)) {
            out.int8(NOT_SERVED);
            return out.toByteArray();
        }
        try {
            write(
                    calls.call(PATIENCE_FOR_OTHERS, () -> answer(id), there -> Optional.empty()),
                    out);
        } catch (RegistryAwayException e) {
            out.int8(NOT_SERVED);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            out.int8(NOT_SERVED);
        }
        return out.toByteArray();
    }

    private static void write(Answer answer, BinaryWriter out) {
        switch (answer) {
            case Answer.Found found -> {
                out.int8(FOUND);
                out.string(found.text());
            }
            case Answer.None none -> {
                out.int8(NONE);
                out.varint(none.maxId());
            }
            case Answer.Invalid invalid -> {
                out.int8(INVALID);
                out.string(invalid.why());
            }
        }
    }

    private static Optional<Answer> read(byte[] bytes) {
        var in = new BinaryReader("answer with a schema", bytes);
        int type = in.int8();
        Optional<Answer> answer =
                switch (type) {
                    case NOT_SERVED -> Optional.empty();
                    case FOUND -> Optional.of(new Answer.Found(in.string()));
                    case NONE -> Optional.of(new Answer.None(Math.toIntExact(in.natural())));
                    case INVALID -> Optional.of(new Answer.Invalid(in.string()));
                    default -> throw in.corrupt("answer type " + type + " is not known");
                };
        in.end();
        return answer;
    }
}
