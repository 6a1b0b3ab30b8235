package io.oxbow.broker.balance;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.broker.partition.PartitionCounts;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Tests loads that are made of counts, told every five seconds. */
class LoadMeterTest {

    private static final TopicPartition ID = new TopicPartition("t", 0);
    private static final Offset<Double> NEAR = Offset.offset(1.0);

    private final LoadMeter meter = new LoadMeter();
    private long now = Duration.ofDays(-3).toNanos();

    private void tell(int broker, long bytes, boolean leads) {
        meter.told(
                broker,
                bytes == 0 ? Map.of() : Map.of(ID, new PartitionCounts(bytes, 2 * bytes, bytes)),
                id -> leads,
                now);
    }

    private void later() {
        now += Duration.ofSeconds(5).toNanos();
    }

    /** Tells growing counts for a time. */
    private long grow(int broker, long from, long perSecond, int seconds) {
        long bytes = from;
        for (int i = 0; i < seconds / 5; i++) {
            later();
            bytes += 5 * perSecond;
            tell(broker, bytes, true);
        }
        return bytes;
    }

    @Test
    void steadyRateIsReachedSlowly() {
        tell(1, 1_000_000, true);
        assertThat(meter.of(ID)).isEqualTo(Load.NONE);
        long bytes = grow(1, 1_000_000, 100, 60);
        assertThat(meter.of(ID).inBytes()).isBetween(60.0, 65.0);
        grow(1, bytes, 100, 600);
        assertThat(meter.of(ID).inBytes()).isEqualTo(100, NEAR);
        assertThat(meter.of(ID).outBytes()).isEqualTo(200, NEAR);
        assertThat(meter.of(ID).requests()).isEqualTo(100, NEAR);
    }

    @Test
    void partitionKeepsItsLoadWhenItMoves() {
        tell(1, 1, true);
        tell(2, 0, false);
        grow(1, 1, 100, 600);
        later();
        tell(2, 0, false);
        grow(2, 0, 100, 60);
        assertThat(meter.of(ID).inBytes()).isEqualTo(100, NEAR);
    }

    @Test
    void countsThatBeganAnewAreTakenWhole() {
        tell(1, 1, true);
        long bytes = grow(1, 1, 100, 600);
        assertThat(bytes).isGreaterThan(500);
        later();
        tell(1, 500, true);
        assertThat(meter.of(ID).inBytes()).isEqualTo(100, NEAR);
    }

    @Test
    void partitionThatIsIdleWhereItWentHasNoLoadInTheEnd() {
        tell(1, 1, true);
        tell(2, 0, false);
        grow(1, 1, 100, 600);
        for (int i = 0; i < 120; i++) {
            later();
            tell(2, 0, true);
        }
        assertThat(meter.of(ID).inBytes()).isEqualTo(0, NEAR);
    }

    @Test
    void brokerThatIsSilentIsNotHeard() {
        assertThat(meter.hears(1, now)).isFalse();
        tell(1, 1, true);
        assertThat(meter.hears(1, now)).isTrue();
        assertThat(meter.hears(1, now + Duration.ofMinutes(2).toNanos())).isFalse();
        meter.keepOnly(Set.of(), Set.of());
        assertThat(meter.hears(1, now)).isFalse();
    }
}
