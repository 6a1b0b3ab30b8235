package io.oxbow.tableflow.value;

import java.util.Arrays;
import org.apache.avro.util.Utf8;

/** Reads Avro binary from an array. Every length is checked before anything is allocated for it. */
final class AvroInput {

    private static final int INT_BYTES_MAX = 5;

    private final byte[] bytes;
    private final CellBudget budget;
    private int position;

    AvroInput(byte[] bytes, int position, CellBudget budget) {
        this.bytes = bytes;
        this.position = position;
        this.budget = budget;
    }

    /** Returns the cells that the record may take. */
    CellBudget budget() {
        return budget;
    }

    int remaining() {
        return bytes.length - position;
    }

    boolean readBoolean() {
        byte value = next();
        if (value != 0 && value != 1) {
            throw new BadRecordException("not Avro: a boolean of " + value);
        }
        return value == 1;
    }

    int readInt() {
        int start = position;
        long value = readLong();
        if (value != (int) value || position - start > INT_BYTES_MAX) {
            throw new BadRecordException(
                    "not Avro: an int of %d in %d bytes".formatted(value, position - start));
        }
        return (int) value;
    }

    long readLong() {
        long raw = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            byte b = next();
            raw |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                if (shift == 63 && b > 1) {
                    throw new BadRecordException("not Avro: a number of more than 64 bits");
                }
                return (raw >>> 1) ^ -(raw & 1);
            }
        }
        throw new BadRecordException("not Avro: a number of more than ten bytes");
    }

    float readFloat() {
        return Float.intBitsToFloat((int) readFixedLittleEndian(4));
    }

    double readDouble() {
        return Double.longBitsToDouble(readFixedLittleEndian(8));
    }

    private long readFixedLittleEndian(int size) {
        check(size);
        long value = 0;
        for (int i = 0; i < size; i++) {
            value |= (bytes[position + i] & 0xffL) << (8 * i);
        }
        position += size;
        return value;
    }

    byte[] readBytes() {
        return readFixed(readLength());
    }

    Utf8 readString() {
        return Utf8Text.of(readBytes());
    }

    byte[] readFixed(int size) {
        check(size);
        byte[] copy = Arrays.copyOfRange(bytes, position, position + size);
        position += size;
        return copy;
    }

    /** Reads the branch of a union, or the symbol of an enum, out of {@code count}. */
    int readIndex(int count) {
        int index = readInt();
        if (index < 0 || index >= count) {
            throw new BadRecordException(
                    "not Avro: branch or symbol %d of %d".formatted(index, count));
        }
        return index;
    }

    /** Reads the number of elements in the next block of an array or a map; 0 at its end. */
    long readBlockCount() {
        long count = readLong();
        if (count < 0) {
            readLong(); // the block's size, which is of use only to those who skip it
            count = -count;
        }
        if (count < 0 || count > budget.left()) {
            throw new BadRecordException("not Avro: a block of %d elements".formatted(count));
        }
        return count;
    }

    private int readLength() {
        long length = readLong();
        if (length < 0 || length > remaining()) {
            throw new BadRecordException(
                    "not Avro: %d bytes announced, %d left".formatted(length, remaining()));
        }
        return (int) length;
    }

    private byte next() {
        check(1);
        return bytes[position++];
    }

    private void check(int size) {
        if (size > remaining()) {
            throw new BadRecordException("not Avro: it ends too early");
        }
    }
}
