package io.oxbow.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.node.cluster.RegistryPlace.Seat;
import io.oxbow.node.config.HostPort;
import io.oxbow.node.rpc.RpcMethod;
import io.oxbow.node.rpc.RpcPeers;
import io.oxbow.node.rpc.RpcServer;
import io.oxbow.node.rpc.RpcTls;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.env.Policy;
import io.oxbow.schema.SchemaReference;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests a translator's look-ups, of which the registry is another node's. */
@Timeout(60)
class LeadersSchemasTest {

    private static final String INNER =
            "{\"type\":\"record\",\"name\":\"a.Inner\",\"fields\":[{\"name\":\"n\",\"type\":\"int\"}]}";
    private static final String OUTER =
            "{\"type\":\"record\",\"name\":\"a.Outer\",\"fields\":[{\"name\":\"i\",\"type\":\"a.Inner\"}]}";

    private final TestRegistryNode leader = new TestRegistryNode(new TestRegistryNode.Topic());
    private final TestRegistryNode follower = new TestRegistryNode(new TestRegistryNode.Topic());
    private final RpcPeers peers = new RpcPeers(RpcTls.NONE);
    private final AtomicInteger asked = new AtomicInteger();
    private final RpcServer server =
            RpcServer.bind(
                    new HostPort("127.0.0.1", 0),
                    RpcTls.NONE,
                    Environment.system().health().background("rpc", Policy.RETRY),
                    Environment.system());
    private final LeadersSchemas schemas =
            new LeadersSchemas(new SchemaCalls(follower.calls, follower.registry, peers));

    @BeforeEach
    void serve() {
        var calls = new SchemaCalls(leader.calls, leader.registry, peers);
        server.serve(
                RpcMethod.SCHEMA,
                bytes -> {
                    asked.incrementAndGet();
                    return calls.serve(bytes, leader.incarnation);
                });
        leader.place.seat = new Seat.Here();
        follower.place.seat = at(leader.incarnation);
    }

    private Seat at(UUID incarnation) {
        return new Seat.There(7, incarnation, "", server.address().toString());
    }

    @AfterEach
    void close() throws Exception {
        server.close();
        peers.close();
        leader.close();
        follower.close();
    }

    @Test
    void schemaComesWithAllThatItRefersTo() {
        leader.registry.register("inner", INNER, List.of());
        leader.registry.register("outer", OUTER, List.of(new SchemaReference("i", "inner", 1)));

        assertThat(schemas.byId(2).orElseThrow().getField("i").schema().getFullName())
                .isEqualTo("a.Inner");
        assertThat(schemas.byId(2)).isPresent();
        assertThat(asked).hasValue(1);
    }

    /** Records with garbage in the place of an id must not make a call each. */
    @Test
    void idsThatWereNeverGivenOutCostOneCall() {
        leader.registry.register("inner", INNER, List.of());
        var now = schemas.ofNow();
        for (int id = 2; id < 1_000; id++) {
            assertThat(now.byId(id)).isEmpty();
            assertThat(now.byId(-id)).isEmpty();
        }
        assertThat(asked).hasValue(1);

        leader.registry.register("outer", INNER.replace("Inner", "Other"), List.of());
        assertThat(schemas.ofNow().byId(2)).isPresent();
    }

    @Test
    void registryThatCannotBeAskedIsNoEmptyAnswer() {
        follower.place.seat = at(UUID.randomUUID());
        assertThatThrownBy(() -> schemas.byId(1)).isInstanceOf(RegistryAwayException.class);

        leader.place.confirms = false;
        follower.place.seat = at(leader.incarnation);
        assertThatThrownBy(() -> schemas.byId(1)).isInstanceOf(RegistryAwayException.class);

        follower.place.seat = new Seat.Vacant("nobody leads it in this test");
        assertThatThrownBy(() -> schemas.byId(1)).isInstanceOf(RegistryAwayException.class);
    }

    @Test
    void leaderLooksInItsOwnRegistry() {
        follower.place.seat = new Seat.Here();
        follower.registry.register("inner", INNER, List.of());

        assertThat(schemas.byId(1)).isPresent();
        assertThat(asked).hasValue(0);
    }
}
