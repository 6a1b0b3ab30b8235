package io.oxbow.tableflow.verify;

import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.util.Utf8;
import org.jspecify.annotations.Nullable;

/**
 * Reads Avro data with Avro's own generic reader. That believes every length that it is told, so
 * the data are walked first, without making anything of them.
 */
final class AvroReading {

    private static final int DEPTH_MAX = 1_000;

    /** Most elements that take no bytes of their own; the translator's bound is lower. */
    private static final int ELEMENTS_FREE = 100_000;

    private static final int ELEMENTS_PER_BYTE = 16;

    private final BinaryDecoder in;
    private long elements;

    private AvroReading(BinaryDecoder in, int size) {
        this.in = in;
        this.elements = ELEMENTS_FREE + (long) ELEMENTS_PER_BYTE * size;
    }

    /**
     * Returns the datum that begins at an offset and ends with the bytes; null for an Avro null.
     *
     * @throws UnreadableException when there is none
     */
    static @Nullable Object read(Schema schema, byte[] bytes, int offset)
            throws UnreadableException {
        int size = bytes.length - offset;
        try {
            BinaryDecoder in = DecoderFactory.get().binaryDecoder(bytes, offset, size, null);
            new AvroReading(in, size).walk(schema, 0);
            if (!in.isEnd()) {
                throw new UnreadableException("bytes are left");
            }
            in = DecoderFactory.get().binaryDecoder(bytes, offset, size, in);
            // Without conversions: logical types are worked out from the raw values.
            return new Reader(schema).read(null, in);
        } catch (IOException | RuntimeException e) {
            throw new UnreadableException("not Avro: " + e);
        }
    }

    private void walk(Schema schema, int depth) throws IOException, UnreadableException {
        if (depth > DEPTH_MAX) {
            throw new UnreadableException("too deep");
        }
        switch (schema.getType()) {
            case NULL -> {}
            case BOOLEAN -> {
                byte[] one = new byte[1];
                in.readFixed(one);
                if (one[0] != 0 && one[0] != 1) {
                    throw new UnreadableException("a boolean of " + one[0]);
                }
            }
            case INT -> in.readInt();
            case LONG -> in.readLong();
            case FLOAT -> in.readFloat();
            case DOUBLE -> in.readDouble();
            case STRING -> JsonReading.text(bytes());
            case BYTES -> skip(in.readLong());
            case FIXED -> skip(schema.getFixedSize());
            case ENUM -> index(schema.getEnumSymbols().size());
            case UNION -> walk(schema.getTypes().get(index(schema.getTypes().size())), depth + 1);
            case RECORD -> {
                for (Schema.Field field : schema.getFields()) {
                    walk(field.schema(), depth + 1);
                }
            }
            case ARRAY -> {
                for (long n = in.readArrayStart(); n != 0; n = in.arrayNext()) {
                    for (long i = count(n); i > 0; i--) {
                        walk(schema.getElementType(), depth + 1);
                    }
                }
            }
            case MAP -> {
                for (long n = in.readMapStart(); n != 0; n = in.mapNext()) {
                    for (long i = count(n); i > 0; i--) {
                        JsonReading.text(bytes());
                        walk(schema.getValueType(), depth + 1);
                    }
                }
            }
        }
    }

    private long count(long announced) throws UnreadableException {
        if (announced < 0 || announced > elements) {
            throw new UnreadableException("a block of " + announced);
        }
        elements -= announced;
        return announced;
    }

    private int index(int count) throws IOException, UnreadableException {
        int index = in.readInt();
        if (index < 0 || index >= count) {
            throw new UnreadableException("index %d of %d".formatted(index, count));
        }
        return index;
    }

    private byte[] bytes() throws IOException, UnreadableException {
        byte[] bytes = new byte[length(in.readLong())];
        in.readFixed(bytes);
        return bytes;
    }

    private void skip(long length) throws IOException, UnreadableException {
        in.skipFixed(length(length));
    }

    private int length(long announced) throws IOException, UnreadableException {
        if (announced < 0 || announced > in.inputStream().available()) {
            throw new UnreadableException(announced + " bytes announced");
        }
        return (int) announced;
    }

    /** Avro's reader, but refuses a map with a key twice. */
    private static final class Reader extends GenericDatumReader<Object> {

        Reader(Schema schema) {
            super(schema, schema, new GenericData());
        }

        @Override
        protected void addToMap(Object map, Object key, Object value) {
            if (((java.util.Map<?, ?>) map).containsKey(key)) {
                throw new org.apache.avro.AvroRuntimeException("twice in a map: " + (Utf8) key);
            }
            super.addToMap(map, key, value);
        }
    }
}
