package io.oxbow.schema;

import org.jspecify.annotations.Nullable;

/**
 * The log of the registry: keyed records at growing offsets. A compacted log will do: of several
 * records with one key the last may stand for all.
 *
 * <p>The registry is meant to be its only writer, and calls {@link #append} and {@link #read} one
 * at a time; {@link #endOffset} is called from any thread, often, and must be cheap.
 */
public interface SchemaLog {

    /**
     * Appends a record; durable on return.
     *
     * @param value null deletes what the key stands for
     * @return the record's offset
     * @throws SchemaLogException when it is not durable, or nobody knows
     */
    long append(byte[] key, byte @Nullable [] value);

    /** Returns the offset after the last durable record. */
    long endOffset();

    /**
     * Passes every durable record from {@code fromOffset} on to {@code listener}, in order, on the
     * calling thread.
     *
     * @return the offset to go on from: at least the end offset at the time of the call
     * @throws SchemaLogException when the log can't be read now
     */
    long read(long fromOffset, Listener listener);

    /** Takes records. */
    @FunctionalInterface
    interface Listener {
        void record(long offset, byte @Nullable [] key, byte @Nullable [] value);
    }
}
