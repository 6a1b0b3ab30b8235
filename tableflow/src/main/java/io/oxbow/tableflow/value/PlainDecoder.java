package io.oxbow.tableflow.value;

import io.oxbow.tableflow.shape.RequestedType;
import io.oxbow.tableflow.shape.TableShape;
import io.oxbow.tableflow.write.Row;
import java.nio.ByteBuffer;
import java.util.function.Function;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** Decodes text or bytes as they are, into one column. */
final class PlainDecoder implements FieldDecoder {

    private final TableShape shape;
    private final String source;
    private final Type type;
    private final Function<byte[], Object> conversion;
    private int position;
    private long placedVersion = -1;

    private PlainDecoder(
            TableShape shape, String source, Type type, Function<byte[], Object> conversion) {
        this.shape = shape;
        this.source = source;
        this.type = type;
        this.conversion = conversion;
        place();
    }

    /**
     * Places the column, again whenever the shape has changed: the column may have been taken back.
     */
    private void place() {
        if (placedVersion != shape.version()) {
            position = shape.place(shape.root(), source, RequestedType.of(type)).position();
            placedVersion = shape.version();
        }
    }

    static PlainDecoder text(TableShape shape, String source) {
        return new PlainDecoder(shape, source, Types.StringType.get(), Utf8Text::of);
    }

    static PlainDecoder raw(TableShape shape, String source) {
        return new PlainDecoder(shape, source, Types.BinaryType.get(), ByteBuffer::wrap);
    }

    @Override
    public void decode(byte[] bytes, Row row) {
        place();
        row.put(position, conversion.apply(bytes));
    }
}
