package io.oxbow.tableflow.value;

import io.oxbow.schema.RegistryException;
import io.oxbow.tableflow.TableFlowException;
import io.oxbow.tableflow.shape.EvolutionRefusedException;
import io.oxbow.tableflow.shape.TableShape;
import io.oxbow.tableflow.write.Row;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

/**
 * Decodes registered Avro: a zero byte, the schema's id, Avro binary. One compiled plan per schema.
 */
final class AvroDecoder implements FieldDecoder {

    static final int HEADER_SIZE = 5;

    /** Plans kept at a time; a topic has a handful of schemas, and a plan may be large. */
    private static final int PLANS_MAX = 64;

    private final TableShape shape;
    private final String source;
    private final boolean spread;
    private final WriterSchemas schemas;
    private final CellBudget budget;
    private final Map<Integer, AvroPlan.FieldsReader> plans = new HashMap<>();
    private long plannedVersion = -1;

    AvroDecoder(
            TableShape shape,
            String source,
            boolean spread,
            WriterSchemas schemas,
            CellBudget budget) {
        this.shape = shape;
        this.source = source;
        this.spread = spread;
        this.schemas = schemas;
        this.budget = budget;
    }

    /** Returns true if the bytes begin with the id of a registered schema. */
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
        CellBudget.checkSize(bytes.length);
        int id = ByteBuffer.wrap(bytes, 1, 4).getInt();
        AvroInput in = new AvroInput(bytes, HEADER_SIZE, budget);
        try {
            reader(id).read(in, row);
        } catch (BadRecordException | EvolutionRefusedException e) {
            throw new BadRecordException(String.valueOf(e.getMessage()), id);
        }
        if (in.remaining() != 0) {
            throw new BadRecordException(
                    "%d bytes are left after the record of schema %d".formatted(in.remaining(), id),
                    id);
        }
    }

    private AvroPlan.FieldsReader reader(int id) {
        if (plannedVersion != shape.version() || plans.size() > PLANS_MAX) {
            plans.clear();
        }
        AvroPlan.FieldsReader known = plans.get(id);
        if (known == null) {
            known = plan(schema(id));
            plans.put(id, known);
            plannedVersion = shape.version();
        }
        return known;
    }

    /** Returns a schema's plan; that of a schema that cannot be placed refuses every record. */
    private AvroPlan.FieldsReader plan(Schema schema) {
        TableShape.Mark mark = shape.mark();
        try {
            return new AvroPlan(shape).compile(schema, source, spread);
        } catch (BadRecordException | EvolutionRefusedException e) {
            shape.takeBack(mark);
            String why = String.valueOf(e.getMessage());
            return (in, row) -> {
                throw new BadRecordException(why);
            };
        }
    }

    private Schema schema(int id) {
        Optional<Schema> found;
        try {
            found = schemas.byId(id);
        } catch (RegistryException | AvroRuntimeException e) {
            throw new BadRecordException(
                    "schema %d is no schema: %s".formatted(id, e.getMessage()));
        } catch (RuntimeException e) {
            throw TableFlowException.retryable("schema %d cannot be had now".formatted(id), e);
        }
        return found.orElseThrow(
                () -> new BadRecordException("schema %d is not registered".formatted(id)));
    }
}
