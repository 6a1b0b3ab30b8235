package io.oxbow.broker.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.broker.BrokerProcess;
import io.oxbow.broker.differential.Contender.Found;
import io.oxbow.broker.differential.Difference.Observed;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ListOffsetsRequest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compares look-ups of offsets and retention with a stock Kafka. Generated partitions live the same
 * life on both, and each difference must be one that is known and meant.
 */
@Tag("slow")
@Timeout(480)
class KafkaDifferentialTest {

    private static final int SEEDS = Integer.getInteger("oxbow.differential.seeds", 40);
    private static final long FIRST_SEED = Long.getLong("oxbow.differential.seed", 1);

    /** Setting by which each batch is a segment of the stock Kafka, as it is a data object here. */
    private static final Map<String, String> SEGMENT_OF_A_BATCH =
            Map.of("internal.segment.bytes", Integer.toString(Scenario.SEGMENT_BYTES));

    @TempDir Path directory;

    @Test
    void eachDifferenceIsKnown() throws Exception {
        long now = System.currentTimeMillis();
        var met = EnumSet.noneOf(Difference.class);
        var unknown = new ArrayList<String>();
        try (var stock = StockKafka.start(directory.resolve("kafka"));
                var process =
                        new BrokerProcess(
                                directory.resolve("oxbow"),
                                Map.of("log.retention.check.interval.ms", "100"));
                var kafka =
                        new Contender(
                                stock.bootstrap(), stock.port(), SEGMENT_OF_A_BATCH, () -> {});
                var oxbow =
                        new Contender(
                                process.bootstrap(),
                                process.port(),
                                Map.of(),
                                process.streams::flush)) {
            var lives = new ArrayList<Life>();
            for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
                lives.add(new Life(Scenario.of(seed, now), kafka, oxbow));
            }
            for (Life life : lives) {
                life.write();
                life.lookUp(now).forEach(observed -> judge(life, observed, met, unknown));
            }
            for (Life life : lives) {
                life.expire();
            }
            awaitRetention(kafka);
            awaitRetention(oxbow);
            for (Life life : lives) {
                judge(life, life.starts(), met, unknown);
            }
        }
        assertThat(unknown).isEmpty();
        // What no input brings about any more is no difference; few seeds need not meet all.
        if (SEEDS >= 40 && FIRST_SEED == 1) {
            assertThat(met).isEqualTo(EnumSet.allOf(Difference.class));
        }
    }

    private static void judge(
            Life life, Observed observed, Set<Difference> met, List<String> unknown) {
        if (observed.kafka().equals(observed.oxbow())) {
            return;
        }
        Optional<Difference> known = Difference.of(life.scenario(), observed);
        known.ifPresentOrElse(
                met::add, () -> unknown.add("%s of %s".formatted(observed, life.scenario())));
    }

    /**
     * Waits for two rounds of retention: the first may have been under way when a topic's
     * configuration was altered.
     */
    private static void awaitRetention(Contender broker) throws Exception {
        for (int round = 0; round < 2; round++) {
            String topic = "witness-" + round;
            broker.create(topic, Map.of("retention.ms", "1"));
            broker.produce(topic, Scenario.witness());
            while (broker.startOffset(topic) == 0) {
                Thread.sleep(20);
            }
        }
    }

    /** A scenario on both brokers. */
    private record Life(Scenario scenario, Contender kafka, Contender oxbow) {

        private String topic() {
            return "scenario-" + scenario.seed();
        }

        void write() throws Exception {
            for (Contender each : List.of(kafka, oxbow)) {
                each.create(topic(), scenario.configs());
            }
            for (Scenario.Batch batch : scenario.batches()) {
                Found there = kafka.produce(topic(), batch.bytes());
                Found here = oxbow.produce(topic(), batch.bytes());
                assertThat(here).as("%s of %s", batch, scenario).isEqualTo(there);
                Thread.sleep(2); // append times differ from batch to batch
            }
            if (scenario.trim() > 0) {
                long end = kafka.lookUp(topic(), ListOffsetsRequest.LATEST_TIMESTAMP).offset();
                for (Contender each : List.of(kafka, oxbow)) {
                    each.deleteBefore(topic(), Math.min(end, scenario.trim()));
                }
            }
        }

        List<Observed> lookUp(long now) {
            var timestamps = new TreeSet<Long>();
            for (Scenario.Batch batch : scenario.batches()) {
                for (long timestamp : batch.timestamps()) {
                    LongStream.of(-1, 0, 1).forEach(by -> timestamps.add(timestamp + by));
                }
            }
            timestamps.addAll(List.of(-1L, -2L, -3L, -4L, -5L, -6L, -7L, 0L, 1L, now));
            timestamps.addAll(List.of(Long.MIN_VALUE, Long.MAX_VALUE));
            var observed = new ArrayList<Observed>();
            for (long timestamp : timestamps) {
                observed.add(
                        new Observed(
                                Optional.of(timestamp),
                                comparable(kafka.lookUp(topic(), timestamp)),
                                comparable(oxbow.lookUp(topic(), timestamp))));
            }
            return observed;
        }

        /** Times of append are each broker's own. */
        private Found comparable(Found found) {
            boolean appendTime =
                    "LogAppendTime".equals(scenario.configs().get("message.timestamp.type"));
            return appendTime && found.timestamp() > 0
                    ? new Found(found.error(), found.offset(), Long.MAX_VALUE)
                    : found;
        }

        void expire() throws Exception {
            for (Contender each : List.of(kafka, oxbow)) {
                each.alter(topic(), scenario.retention());
            }
        }

        Observed starts() {
            return new Observed(
                    Optional.empty(),
                    new Found(Errors.NONE, kafka.startOffset(topic()), -1),
                    new Found(Errors.NONE, oxbow.startOffset(topic()), -1));
        }
    }
}
