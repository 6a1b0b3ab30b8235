package io.oxbow.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.node.cluster.RegistryPlace.Seat;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests that each node answers for the registry, whichever serves it. */
@Timeout(60)
class RegistryRelayTest {

    private static final String SCHEMA =
            """
            {"schema": "{\\"type\\": \\"record\\", \\"name\\": \\"R%d\\", \\"fields\\": []}"}\
            """;

    private final TestRegistryNode.Topic topic = new TestRegistryNode.Topic();
    private final TestRegistryNode one = new TestRegistryNode(topic);
    private final TestRegistryNode two = new TestRegistryNode(topic);

    @BeforeEach
    void oneServes() {
        moveTo(one, two);
    }

    @AfterEach
    void close() throws Exception {
        one.close();
        two.close();
    }

    private static void moveTo(TestRegistryNode leader, TestRegistryNode other) {
        leader.place.seat = new Seat.Here();
        other.place.seat = leader.there();
    }

    private static void register(TestRegistryNode node, String subject, int number)
            throws Exception {
        var answer =
                node.send("POST", "/subjects/" + subject + "/versions", SCHEMA.formatted(number));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    @Test
    void bothShowWhatWasRegisteredAtEither() throws Exception {
        register(one, "a", 1);
        register(two, "b", 2);

        for (TestRegistryNode node : new TestRegistryNode[] {one, two}) {
            assertThat(node.get("/subjects")).isEqualTo("[\"a\",\"b\"]");
            assertThat(node.get("/schemas/ids/2")).contains("R2");
            assertThat(node.send("DELETE", "/subjects/c", "").statusCode()).isEqualTo(404);
        }
    }

    /** A former leader's registry is old; its topic tells it what others have registered. */
    @Test
    void nothingIsLostOnTheWayFromNodeToNode() throws Exception {
        for (int i = 1; i <= 6; i++) {
            moveTo(i % 2 == 0 ? one : two, i % 2 == 0 ? two : one);
            register(i % 3 == 0 ? one : two, "s" + i, i);
            for (TestRegistryNode node : new TestRegistryNode[] {one, two}) {
                assertThat(node.get("/subjects")).contains("\"s" + i + "\"");
            }
        }
        assertThat(one.get("/schemas/ids/6")).contains("R6");
    }

    @Test
    void namesQueriesAndLargeAnswersComeAsTheyWereSent() throws Exception {
        register(two, "a%2Fb%20c%7Cd", 1);
        for (int i = 2; i < 40; i++) {
            register(one, "many" + i, i);
        }

        assertThat(one.get("/subjects?subjectPrefix=a%2F")).isEqualTo("[\"a/b c|d\"]");
        assertThat(two.get("/subjects?subjectPrefix=a%2F")).isEqualTo("[\"a/b c|d\"]");
        assertThat(two.get("/schemas")).isEqualTo(one.get("/schemas"));
    }

    @Test
    void whileNobodyServesItEachNodeSaysSo() throws Exception {
        one.place.seat = new Seat.Vacant("nobody leads it in this test");

        for (TestRegistryNode node : new TestRegistryNode[] {one, two}) {
            var answer = node.send("POST", "/subjects/a/versions", SCHEMA.formatted(1));
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.headers().firstValue("Retry-After")).isPresent();
            assertThat(answer.body()).contains("\"error_code\":50004");
        }
        assertThat(topic.endOffset()).isZero();
    }

    /** Its own knowledge is not enough: it must find out that the topic is its own yet. */
    @Test
    void formerLeaderDoesNotAnswerFromMemory() throws Exception {
        register(one, "a", 1);
        moveTo(two, one);
        register(two, "b", 2);
        one.place.seat = new Seat.Here();
        one.place.confirms = false;

        assertThat(one.send("GET", "/subjects", "").statusCode()).isEqualTo(503);
        one.place.seat = two.there();
        assertThat(one.get("/subjects")).isEqualTo("[\"a\",\"b\"]");
    }

    /** An address outlives its process: another cluster's node may have it. */
    @Test
    void processThatIsNotMeantServesNothing() throws Exception {
        two.place.seat = one.there(UUID.randomUUID());

        var answer = two.send("POST", "/subjects/a/versions", SCHEMA.formatted(1));
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(topic.endOffset()).isZero();
    }

    @Test
    void requestIsPassedOnOnce() throws Exception {
        one.place.seat = two.there();

        assertThat(one.send("GET", "/subjects", "").statusCode()).isEqualTo(503);
    }

    @Test
    void writeWhoseAnswerIsLostIsUnknown() throws Exception {
        var requests = new AtomicInteger();
        try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> hangUp(silent, requests));
            two.place.seat =
                    new Seat.There(7, one.incarnation, "127.0.0.1:" + silent.getLocalPort(), "");

            var answer = two.send("POST", "/subjects/a/versions", SCHEMA.formatted(1));
            assertThat(answer.statusCode()).isEqualTo(504);
            assertThat(answer.body()).contains("\"error_code\":50003");
            assertThat(requests).hasValue(1);
        }
    }

    @Test
    void deadNodeHasSurelyNotServedIt() throws Exception {
        Seat.There dead = one.there();
        one.close();
        two.place.seat = dead;

        var answer = two.send("POST", "/subjects/a/versions", SCHEMA.formatted(1));
        assertThat(answer.statusCode()).isEqualTo(503);
    }

    /** That the topic is not known here proves nothing, so reads make it, too. */
    @Test
    void firstRequestMakesTheTopic() throws Exception {
        one.place.seat = new Seat.Unmade();

        assertThat(one.get("/subjects")).isEqualTo("[]");
        assertThat(one.place.created).hasValue(1);
    }

    private static void hangUp(ServerSocket server, AtomicInteger requests) {
        try {
            while (true) {
                try (var connection = server.accept()) {
                    connection.getInputStream().readNBytes(100);
                    requests.incrementAndGet();
                }
            }
        } catch (java.io.IOException e) {
            // the test is over
        }
    }
}
