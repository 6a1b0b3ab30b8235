package io.oxbow.tableflow.write;

import java.util.Arrays;
import org.apache.iceberg.StructLike;
import org.jspecify.annotations.Nullable;

/**
 * A row, or a struct in one, in Iceberg's internal representation. Values are {@code Integer},
 * {@code Long} (also times and timestamps, in microseconds), {@code Float}, {@code Double}, {@code
 * Boolean}, {@code CharSequence}, {@code ByteBuffer}, {@code BigDecimal}, {@code UUID}, {@code
 * List}, {@code Map} and {@code Row}. What lies beyond its end is null: the schema may have grown
 * since.
 */
public final class Row implements StructLike {

    private @Nullable Object[] values;

    public Row(int size) {
        values = new @Nullable Object[size];
    }

    @Override
    public int size() {
        return values.length;
    }

    public @Nullable Object get(int position) {
        return position < values.length ? values[position] : null;
    }

    @Override
    @SuppressWarnings("NullAway") // Iceberg's contract: null where there is no value
    public <T> T get(int position, Class<T> javaClass) {
        return javaClass.cast(get(position));
    }

    @Override
    public <T> void set(int position, T value) {
        put(position, value);
    }

    /** Sets a value; the row grows as far as it must. */
    public void put(int position, @Nullable Object value) {
        if (position >= values.length) {
            values = Arrays.copyOf(values, position + 1);
        }
        values[position] = value;
    }

    @Override
    public String toString() {
        return Arrays.toString(values);
    }
}
