package io.oxbow.node.process.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.node.process.OxbowProcess;
import io.oxbow.node.process.TransactionLoad;
import io.oxbow.s3stream.testkit.Sampled;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests transactions whose coordinator and partitions are on different nodes, under Kafka's own
 * clients, while partitions and coordinators move and nodes are killed.
 */
@Sampled
@Tag("slow")
class TransactionsProcessTest {

    private static final int PARTITIONS = 4;
    private static final String TOPIC = "payments";
    private static final String LOG = "__transaction_state";

    @TempDir Path temporary = Path.of("");

    @Test
    void partitionsAndCoordinatorsMoveUnderTransactions() throws Exception {
        try (var one = start("one");
                var two = start("two");
                var load = load(one, two);
                var leaders = new Leaders(both(one, two), TOPIC);
                var coordinators = new Leaders(both(one, two), LOG)) {
            load.awaitMore(50);
            for (int round = 0; round < 3; round++) {
                leaders.moveAll();
                load.awaitMore(20);
                coordinators.moveAll();
                load.awaitMore(20);
            }
            load.finish();
            load.verify();
            assertThat(two.terminate()).isZero();
            assertThat(one.terminate()).isZero();
        }
    }

    private TransactionLoad load(OxbowProcess one, OxbowProcess two) throws Exception {
        try (var leaders = new Leaders(both(one, two), TOPIC)) {
            leaders.create(PARTITIONS);
        }
        return new TransactionLoad(both(one, two), TOPIC, PARTITIONS, 4);
    }

    private static String both(OxbowProcess one, OxbowProcess two) {
        return one.kafka() + "," + two.kafka();
    }

    private OxbowProcess start(String directory) throws Exception {
        Map<String, String> settings = new HashMap<>();
        settings.put("oxbow.store", temporary.resolve("bucket").toUri().toString());
        settings.put("oxbow.wal", "object");
        settings.put("transaction.state.log.num.partitions", "4");
        settings.put("offsets.topic.num.partitions", "4");
        return OxbowProcess.start(temporary.resolve(directory), settings);
    }
}
