package io.oxbow.tableflow.value;

import io.oxbow.tableflow.shape.GrowthRefusedException;
import io.oxbow.tableflow.shape.TableShape;
import io.oxbow.tableflow.write.Row;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;

/** Registered Avro: a zero byte, the schema's id, Avro binary. One compiled plan per schema. */
final class AvroDecoder implements FieldDecoder {

    static final int HEADER_SIZE = 5;

    private final TableShape shape;
    private final String source;
    private final boolean spread;
    private final WriterSchemas schemas;
    private final Runnable beforeGrowth;
    private final Map<Integer, Compiled> compiled = new HashMap<>();

    private record Compiled(AvroPlan.FieldsReader reader, long shapeVersion) {}

    /**
     * @param beforeGrowth called before a schema is placed, which may widen columns: rows that were
     *     decoded before want to be written by the shape as it was
     */
    AvroDecoder(
            TableShape shape,
            String source,
            boolean spread,
            WriterSchemas schemas,
            Runnable beforeGrowth) {
        this.shape = shape;
        this.source = source;
        this.spread = spread;
        this.schemas = schemas;
        this.beforeGrowth = beforeGrowth;
    }

    /** Whether the bytes begin with the id of a registered schema. */
    static boolean isRegistered(byte[] bytes, WriterSchemas schemas) {
        return bytes.length >= HEADER_SIZE
                && bytes[0] == 0
                && schemas.byId(ByteBuffer.wrap(bytes, 1, 4).getInt()).isPresent();
    }

    @Override
    public void decode(byte[] bytes, Row row) {
        if (bytes.length < HEADER_SIZE || bytes[0] != 0) {
            throw new BadRecordException(
                    "no schema id: the bytes do not begin with a zero and four more");
        }
        int id = ByteBuffer.wrap(bytes, 1, 4).getInt();
        AvroInput in = new AvroInput(bytes, HEADER_SIZE);
        try {
            reader(id).read(in, row);
        } catch (BadRecordException e) {
            throw new BadRecordException(String.valueOf(e.getMessage()), id);
        } catch (GrowthRefusedException e) {
            throw new BadRecordException(String.valueOf(e.getMessage()), id);
        }
        if (in.remaining() != 0) {
            throw new BadRecordException(
                    "%d bytes are left after the record of schema %d".formatted(in.remaining(), id),
                    id);
        }
    }

    private AvroPlan.FieldsReader reader(int id) {
        Compiled known = compiled.get(id);
        if (known != null && known.shapeVersion == shape.version()) {
            return known.reader;
        }
        Schema schema =
                schemas.byId(id)
                        .orElseThrow(() ->
                                new BadRecordException(
                                        "schema %d is not registered".formatted(id)));
        beforeGrowth.run();
        var reader = new AvroPlan(shape).compile(schema, source, spread);
        compiled.put(id, new Compiled(reader, shape.version()));
        return reader;
    }
}
