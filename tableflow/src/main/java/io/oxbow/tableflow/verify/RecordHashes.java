package io.oxbow.tableflow.verify;

import io.oxbow.tableflow.TableFlowException;
import io.oxbow.tableflow.record.LogRecord;
import io.oxbow.tableflow.shape.SystemColumns;
import io.oxbow.tableflow.translate.FormatHistory;
import io.oxbow.tableflow.value.Formats;
import io.oxbow.tableflow.value.WriterSchemas;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.OptionalLong;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** Hashes of records and of rows, equal when a row is what its record should have become. */
final class RecordHashes {

    private final SystemColumns system;
    private final ExpectedLeaves expected;
    private final RowLeaves rows;
    private final FormatHistory formats;

    RecordHashes(Table table, SystemColumns system, WriterSchemas schemas) {
        this.system = system;
        FieldGroups groups = new FieldGroups(table);
        FieldGroups.Level root = new FieldGroups.Level(table.schema().columns());
        this.expected = new ExpectedLeaves(groups, root, schemas);
        this.rows = new RowLeaves(groups, expected, system);
        this.formats = FormatHistory.of(table.properties());
    }

    SystemColumns system() {
        return system;
    }

    /**
     * Returns the hash of the row that a record should have become; empty if it could not become
     * one.
     */
    OptionalLong expected(ConsumerRecord<byte[], byte[]> record) {
        Formats by = formats.at(record.partition(), record.offset());
        try {
            Leaves leaves = place(record.timestamp(), record.headers());
            if (record.key() != null) {
                expected.key(by.key().spelling(), record.key(), leaves);
            }
            if (record.value() != null) {
                expected.value(by.value().spelling(), record.value(), leaves);
            }
            return OptionalLong.of(leaves.hash());
        } catch (UnreadableException | StackOverflowError e) {
            return OptionalLong.empty();
        } catch (RuntimeException e) {
            if (e instanceof TableFlowException) {
                throw e; // it cannot be told now
            }
            return OptionalLong.empty();
        }
    }

    /** Returns the hash of the row that a record would be in the quarantine. */
    long quarantined(ConsumerRecord<byte[], byte[]> record) {
        boolean tooLong = isTooLong(record);
        boolean without = tooLong || hasTooManyHeaders(record);
        Leaves leaves = place(record.timestamp(), without ? List.of() : record.headers());
        leaves.nullable("key", tooLong ? null : record.key());
        leaves.nullable("value", tooLong ? null : record.value());
        return leaves.hash();
    }

    /** Tells of a record that is too long for a table, so that its bytes are in the log only. */
    private static boolean isTooLong(ConsumerRecord<byte[], byte[]> record) {
        long size = size(record.key()) + size(record.value());
        for (Header header : record.headers()) {
            size += header.key().length() + size(header.value());
        }
        return size > LogRecord.BYTES_MAX;
    }

    /** Tells of a record whose headers are in the log only. */
    private static boolean hasTooManyHeaders(ConsumerRecord<byte[], byte[]> record) {
        int count = 0;
        for (Header ignored : record.headers()) {
            count++;
        }
        return count > LogRecord.HEADERS_MAX;
    }

    private static long size(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
    }

    private static Leaves place(long timestampMillis, Iterable<Header> headers) {
        Leaves leaves = new Leaves();
        if (timestampMillis != -1 && isInRange(timestampMillis)) {
            leaves.whole("timestamp", timestampMillis);
        }
        int i = 0;
        for (Header header : headers) {
            leaves.nullable("header[%d] %s".formatted(i++, header.key()), header.value());
        }
        return leaves;
    }

    /** Returns true within the years 1 to 9999, beyond which a row has no timestamp. */
    private static boolean isInRange(long millis) {
        int year = Instant.ofEpochMilli(millis).atOffset(ZoneOffset.UTC).getYear();
        return year >= 1 && year <= 9999;
    }

    long offset(Record row) {
        return (Long) row.getField(system.offset());
    }

    long row(Record row) {
        Leaves leaves = place(row);
        rows.add(row, leaves);
        return leaves.hash();
    }

    long quarantinedRow(Record row) {
        Leaves leaves = place(row);
        leaves.nullable("key", bytes(row.getField(system.key())));
        leaves.nullable("value", bytes(row.getField(system.value())));
        return leaves.hash();
    }

    private Leaves place(Record row) {
        Leaves leaves = new Leaves();
        if (row.getField(system.timestamp()) instanceof OffsetDateTime time) {
            leaves.whole("timestamp", time.toInstant().toEpochMilli());
        }
        int i = 0;
        if (row.getField(system.headers()) instanceof List<?> headers) {
            for (Object header : headers) {
                Record entry = (Record) header;
                leaves.nullable(
                        "header[%d] %s".formatted(i++, entry.getField("key")),
                        bytes(entry.getField("value")));
            }
        }
        return leaves;
    }

    private static byte @Nullable [] bytes(@Nullable Object value) {
        if (!(value instanceof ByteBuffer buffer)) {
            return null;
        }
        byte[] copy = new byte[buffer.remaining()];
        buffer.duplicate().get(copy);
        return copy;
    }
}
