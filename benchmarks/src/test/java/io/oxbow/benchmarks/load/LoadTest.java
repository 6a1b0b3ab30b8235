package io.oxbow.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** Tests the counts of a load generator. */
class LoadTest {

    private static final TopicPartition PARTITION = new TopicPartition("topic", 0);

    @Test
    void aWindowTakesTheRecordsThatWereDueInIt() {
        var window = new Window(1_000);
        assertThat(window.takes(999)).isFalse();
        assertThat(window.takes(1_000)).isTrue();
        window.close(3_000);
        assertThat(window.takes(2_999)).isTrue();
        window.answered(1_000, 2_001_000);
        assertThat(window.takes(3_000)).isFalse();
        assertThat(window.isComplete()).as("one answer is outstanding").isFalse();
        window.answered(2_999, 4_002_999);

        assertThat(window.isComplete()).isTrue();
        assertThat(window.latencyMicros().getTotalCount()).isEqualTo(2);
        assertThat(window.latencyMicros().getMaxValue()).isBetween(4_000L, 4_003L);
    }

    @Test
    void aWindowIsNotCompleteWhileRecordsDueInItMayStillCome() {
        var window = new Window(0);
        window.close(10);
        assertThat(window.isComplete()).isFalse();
        window.endSending();
        assertThat(window.isComplete()).isTrue();
    }

    @Test
    void recordsAreDueAtEvenDistancesAndAnewFromAWindowOn() {
        var schedule = new Schedule(1_000, 5_000);
        assertThat(schedule.dueNanos(0)).isEqualTo(5_000);
        assertThat(schedule.dueNanos(3)).isEqualTo(3_005_000);
        schedule.begin(10, 90_000_000);
        assertThat(schedule.dueNanos(10)).isEqualTo(90_000_000);
        assertThat(schedule.dueNanos(11)).isEqualTo(91_000_000);
    }

    @Test
    void aReaderIsAtTheEndWhenAllPartitionsAre() {
        var other = new TopicPartition("topic", 1);
        var places =
                new ReadPlaces(Map.of(PARTITION, 0L, other, 7L), Map.of(PARTITION, 2L, other, 7L));
        assertThat(places.isAtEnd()).isFalse();
        assertThat(places.advance(PARTITION, records(0, 1))).isEqualTo(20);
        assertThat(places.isAtEnd()).isTrue();
    }

    @Test
    void aMissingOffsetIsSeen() {
        var places = new ReadPlaces(Map.of(PARTITION, 0L), Map.of(PARTITION, 3L));
        places.advance(PARTITION, records(0));
        assertThatThrownBy(() -> places.advance(PARTITION, records(2)))
                .hasMessageContaining("offset 2 came where 1 was next");
    }

    private static List<ConsumerRecord<byte[], byte[]>> records(long... offsets) {
        List<ConsumerRecord<byte[], byte[]>> made = new ArrayList<>();
        for (long offset : offsets) {
            var value = new byte[10];
            made.add(
                    new ConsumerRecord<>(
                            PARTITION.topic(),
                            PARTITION.partition(),
                            offset,
                            0,
                            org.apache.kafka.common.record.TimestampType.CREATE_TIME,
                            -1,
                            value.length,
                            null,
                            value,
                            new org.apache.kafka.common.header.internals.RecordHeaders(),
                            java.util.Optional.empty()));
        }
        return made;
    }
}
