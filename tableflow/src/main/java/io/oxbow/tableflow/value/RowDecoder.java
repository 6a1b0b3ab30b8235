package io.oxbow.tableflow.value;

import io.oxbow.tableflow.config.Format;
import io.oxbow.tableflow.record.LogRecord;
import io.oxbow.tableflow.shape.Column;
import io.oxbow.tableflow.shape.SystemColumns;
import io.oxbow.tableflow.shape.TableShape;
import io.oxbow.tableflow.write.Row;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Makes rows of records, letting the shape grow as they ask for it. */
public final class RowDecoder {

    private final TableShape shape;
    private final WriterSchemas schemas;
    private final CellBudget budget = new CellBudget();
    private final int partitionPosition;
    private final int offsetPosition;
    private final int timestampPosition;
    private final int ingestPosition;
    private final int headersPosition;
    private final FieldDecoder keyDecoder;
    private final FieldDecoder valueDecoder;

    /**
     * @param formats as decided
     */
    public RowDecoder(TableShape shape, Formats formats, WriterSchemas schemas) {
        this.shape = shape;
        this.schemas = schemas;
        SystemColumns system = shape.system();
        partitionPosition = position(system.partition());
        offsetPosition = position(system.offset());
        timestampPosition = position(system.timestamp());
        ingestPosition = position(system.ingestTime());
        headersPosition = position(system.headers());
        keyDecoder = decoder(formats.key(), SystemColumns.KEY, false);
        valueDecoder = decoder(formats.value(), SystemColumns.VALUE, true);
    }

    private int position(String name) {
        return shape.root().columns().stream()
                .filter(column -> column.name().equals(name))
                .mapToInt(Column::position)
                .findFirst()
                .orElseThrow(() ->
                        io.oxbow.tableflow.TableFlowException.fatal(
                                "the table has no column '%s'; it is the system's and must keep its name"
                                        .formatted(name)));
    }

    private FieldDecoder decoder(Format format, String source, boolean spread) {
        return switch (format) {
            case AUTO -> throw new IllegalArgumentException("a format is decided by now");
            case AVRO -> new AvroDecoder(shape, source, spread, schemas, budget);
            case JSON -> new JsonDecoder(shape, source, spread, budget);
            case STRING -> PlainDecoder.text(shape, source);
            case RAW -> PlainDecoder.raw(shape, source);
        };
    }

    /**
     * Returns the estimated memory of the last record with its row, in bytes, without the width of
     * the table.
     */
    public long memoryTaken() {
        return budget.memoryTaken();
    }

    /**
     * Makes a row of a record. When it fails, the shape may have grown and must be taken back.
     *
     * @throws BadRecordException when key or value is not what its format says
     * @throws io.oxbow.tableflow.shape.EvolutionRefusedException when the table cannot hold it
     */
    public Row decode(LogRecord record) {
        String leftOut = record.leftOut();
        if (leftOut != null) {
            throw new BadRecordException(leftOut);
        }
        budget.begin(record.size());
        Row row = new Row(shape.root().columns().size());
        row.put(partitionPosition, record.partition());
        row.put(offsetPosition, record.offset());
        row.put(ingestPosition, record.ingestMillis() * 1_000);
        row.put(headersPosition, headers(record.headers(), budget));
        if (record.timestampMillis() != LogRecord.NO_TIMESTAMP) {
            row.put(timestampPosition, TimeRange.ofMillis(record.timestampMillis()));
        }
        byte[] key = record.key();
        if (key != null) {
            keyDecoder.decode(key, row);
        }
        byte[] value = record.value();
        if (value != null) {
            valueDecoder.decode(value, row);
        }
        return row;
    }

    private static List<Row> headers(List<LogRecord.Header> headers, CellBudget budget) {
        if (headers.isEmpty()) {
            return List.of();
        }
        budget.take(2L * headers.size());
        List<Row> rows = new ArrayList<>(headers.size());
        for (LogRecord.Header header : headers) {
            Row row = new Row(2);
            row.put(0, header.key());
            byte[] value = header.value();
            row.put(1, value == null ? null : ByteBuffer.wrap(value));
            rows.add(row);
        }
        return rows;
    }
}
