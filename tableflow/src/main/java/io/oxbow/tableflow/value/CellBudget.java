package io.oxbow.tableflow.value;

/**
 * Counts the cells that one record takes: values that a row may hold and a data file has a place
 * for. A few bytes can ask for many (an empty object in a list of wide objects, a block of nulls),
 * so a record gets as many as its size allows.
 */
final class CellBudget {

    /** Cells allowed to any record; a row as wide as a table may be takes a tenth of it. */
    static final int FREE = 20_000;

    /** Cells allowed for each byte of key and value. */
    static final int PER_BYTE = 16;

    /**
     * Largest key or value that is read into cells, in bytes: it takes many times its size in
     * memory.
     */
    private static final long BYTES_MAX =
            Math.clamp(Runtime.getRuntime().maxMemory() / 256, 1L << 20, 32L << 20);

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
    void begin(long bytes) {
        allowed = FREE + PER_BYTE * bytes;
        left = allowed;
    }

    /**
     * @throws BadRecordException when that is more than is left
     */
    void take(long cells) {
        if (cells > left) {
            throw new BadRecordException(
                    "its lists and maps come to more than %d cells, which is what a record of this size may take"
                            .formatted(allowed));
        }
        left -= cells;
    }

    long left() {
        return left;
    }

    long taken() {
        return allowed - left;
    }

    /** Gives back the cells taken since {@link #left} was the given number. */
    void giveBack(long leftThen) {
        left = leftThen;
    }
}
