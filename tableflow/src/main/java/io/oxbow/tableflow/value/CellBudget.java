package io.oxbow.tableflow.value;

/**
 * Counts the cells that one record takes: values that a row may hold and a data file has a place
 * for. A few bytes can ask for many (an empty object in a list of wide objects, a block of nulls,
 * the symbol of an enum), so a record gets as many as its size allows.
 */
final class CellBudget {

    /** Cells allowed to any record; a row as wide as a table may be takes a tenth of it. */
    static final int FREE = 20_000;

    /** Cells allowed for each byte of key, value and headers. */
    static final int PER_BYTE = 16;

    /**
     * Estimated memory of a cell, in bytes: a slot in a row or a list, and a boxed number or short
     * text.
     */
    private static final int BYTES_PER_CELL = 64;

    /**
     * Largest key or value that is read into cells, in bytes: it takes many times its size in
     * memory.
     */
    private static final long BYTES_MAX =
            Math.clamp(Runtime.getRuntime().maxMemory() / 256, 1L << 20, 32L << 20);

    private long bytes;
    private long allowed;
    private long left;

    /**
     * @throws BadRecordException when that many bytes are too many for this process to take apart
     */
    static void checkSize(long bytes) {
        if (bytes > BYTES_MAX) {
            throw new BadRecordException(
                    "%d bytes; with the memory that there is, at most %d are read into columns"
                            .formatted(bytes, BYTES_MAX));
        }
    }

    /** Begins a record of the given size. */
    void begin(long recordBytes) {
        bytes = recordBytes;
        allowed = FREE + PER_BYTE * recordBytes;
        left = allowed;
    }

    /**
     * @throws BadRecordException when that is more than is left
     */
    void take(long cells) {
        if (cells > left) {
            throw new BadRecordException(
                    "its values come to more than %d cells, which is what a record of this size may take"
                            .formatted(allowed));
        }
        left -= cells;
    }

    /**
     * Takes the cells of text that the schema has and the record names by a byte, or not at all.
     *
     * @throws BadRecordException when those are more than are left
     */
    void takeText(int length) {
        take(1 + length / Long.BYTES);
    }

    long left() {
        return left;
    }

    /** Returns the estimated memory of the record and its cells, in bytes. */
    long memoryTaken() {
        return bytes + BYTES_PER_CELL * (allowed - left);
    }

    /** Gives back the cells taken since {@link #left} was the given number. */
    void giveBack(long leftThen) {
        left = leftThen;
    }
}
