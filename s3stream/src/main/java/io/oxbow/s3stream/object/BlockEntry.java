package io.oxbow.s3stream.object;

/**
 * One line of an object's index.
 *
 * @param startOffset first offset in the block
 * @param endOffset offset after the last
 * @param appendCount how many appends (frames) the block holds
 * @param position of the block in the object, in bytes
 * @param size of the block in bytes, frame headers included
 * @param maxTimestamp greatest record timestamp in it, -1 if none
 * @param crc CRC32C of the block's bytes
 */
public record BlockEntry(
        long streamId,
        long startOffset,
        long endOffset,
        long appendCount,
        long position,
        int size,
        long maxTimestamp,
        int crc) {

    /** Bytes that an entry takes in the index. */
    public static final int BYTES = DataObjectWriter.ENTRY_BYTES;

    /** Bytes as they were appended, without frame headers. */
    public long payloadBytes() {
        return size - appendCount * Frame.HEADER_BYTES;
    }

    long endPosition() {
        return position + size;
    }
}
