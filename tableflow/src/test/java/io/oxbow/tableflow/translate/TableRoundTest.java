package io.oxbow.tableflow.translate;

import static io.oxbow.tableflow.MemoryLog.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.tableflow.TableWorld;
import java.time.OffsetDateTime;
import java.util.List;
import org.apache.iceberg.data.Record;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests one round of translation over an in-memory log. */
class TableRoundTest {

    private final TableWorld world = new TableWorld();

    @Test
    void jsonRecordsBecomeRows() {
        world.log.append(0, "{\"id\":1,\"name\":\"a\"}", "{\"id\":2,\"price\":2.5}");
        world.log.append(1, "{\"id\":3}");

        RoundResult result = world.round();

        assertThat(result).isInstanceOf(RoundResult.Advanced.class);
        assertThat(world.rows())
                .extracting(
                        r -> r.getField("id"), r -> r.getField("name"), r -> r.getField("price"))
                .containsExactly(
                        org.assertj.core.api.Assertions.tuple(1L, "a", null),
                        org.assertj.core.api.Assertions.tuple(2L, null, 2.5),
                        org.assertj.core.api.Assertions.tuple(3L, null, null));
        assertThat(world.round()).isInstanceOf(RoundResult.Idle.class);
    }

    @Test
    void systemColumnsSayWhereARecordCameFrom() {
        long timestamp = world.log.tick();
        world.log.append(
                1,
                new SimpleRecord(
                        timestamp,
                        bytes("k"),
                        bytes("{}"),
                        new Header[] {
                            new RecordHeader("h", bytes("1")), new RecordHeader("h", (byte[]) null)
                        }));

        world.settle();

        Record row = world.rows().getFirst();
        assertThat(row.getField("kafka_partition")).isEqualTo(1);
        assertThat(row.getField("kafka_offset")).isEqualTo(0L);
        assertThat(((OffsetDateTime) row.getField("kafka_timestamp")).toInstant().toEpochMilli())
                .isEqualTo(timestamp);
        assertThat(row.getField("kafka_ingest_time")).isNotNull();
        assertThat(row.getField("kafka_key")).isEqualTo(java.nio.ByteBuffer.wrap(bytes("k")));
        List<?> headers = (List<?>) row.getField("kafka_headers");
        assertThat(headers).hasSize(2);
        assertThat(((Record) headers.get(1)).getField("value")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "gzip", "snappy", "lz4", "zstd"})
    void everyCodecIsRead(String codec) {
        world.log.compress(Compression.of(codec).build());
        world.log.append(0, "{\"id\":1}", "{\"id\":2}", "{\"id\":3}");

        world.settle();

        assertThat(world.rows()).extracting(r -> r.getField("id")).containsExactly(1L, 2L, 3L);
    }

    @Test
    void rowsBeforeAndAfterTheSchemaGrewAreAllThere() {
        for (int i = 0; i < 3000; i++) {
            world.log.append(0, "{\"id\":%d,\"f%d\":{\"x\":[%d]}}".formatted(i, i / 500, i));
        }

        world.settle();

        List<Record> rows = world.rows();
        assertThat(rows).hasSize(3000);
        for (int i = 0; i < 3000; i++) {
            assertThat(rows.get(i).getField("id")).isEqualTo((long) i);
            Record struct = (Record) rows.get(i).getField("f" + i / 500);
            assertThat(struct.getField("x")).isEqualTo(List.of((long) i));
        }
    }

    @Test
    void aRoundStopsAtItsBoundAndTheNextGoesOn() {
        world.limits = new RoundLimits(200, 1 << 20, 1 << 20);
        for (int i = 0; i < 20; i++) {
            world.log.append(i % 2, "{\"id\":%d}".formatted(i));
        }

        RoundResult first = world.round();
        assertThat(((RoundResult.Advanced) first).moreToDo()).isTrue();
        world.settle();

        assertThat(world.rows()).hasSize(20);
    }
}
