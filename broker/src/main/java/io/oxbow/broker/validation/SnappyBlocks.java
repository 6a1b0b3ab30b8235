package io.oxbow.broker.validation;

import java.nio.ByteBuffer;
import org.apache.kafka.common.InvalidRecordException;

/**
 * Checks the lengths that snappy's blocks declare: snappy's decompressor allocates as much as a
 * block says, before it reads on.
 */
final class SnappyBlocks {

    /** First bytes of snappy-java's stream; a stream without them is one block. */
    private static final long MAGIC = 0x82534E4150505900L;

    private static final int MAGIC_HEAD = (int) (MAGIC >>> 32);
    private static final int HEADER_BYTES = 16;

    /** Bound above the inflation of any block: a copy of 64 bytes takes three. */
    private static final int INFLATION_MAX = 32;

    private SnappyBlocks() {}

    /**
     * Refuses blocks that declare more than can be in them.
     *
     * @param records as they were sent, from position to limit
     * @throws InvalidRecordException when they do
     */
    static void check(ByteBuffer records) {
        ByteBuffer in = records.duplicate();
        if (in.remaining() < HEADER_BYTES || in.getLong(in.position()) != MAGIC) {
            checkBlock(in, in.remaining());
            return;
        }
        in.position(in.position() + HEADER_BYTES);
        while (in.remaining() >= Integer.BYTES) {
            int size = in.getInt();
            if (size == MAGIC_HEAD && in.remaining() >= HEADER_BYTES - Integer.BYTES) {
                in.position(in.position() + HEADER_BYTES - Integer.BYTES);
                continue;
            }
            if (size < 0 || size > in.remaining()) {
                throw new InvalidRecordException(
                        "a snappy block of %d bytes where %d are left"
                                .formatted(size, in.remaining()));
            }
            checkBlock(in, size);
            in.position(in.position() + size);
        }
    }

    /** Checks a block, which begins with its decompressed length in groups of seven bits. */
    private static void checkBlock(ByteBuffer in, int size) {
        long length = 0;
        for (int i = 0; i < Math.min(size, 5); i++) {
            byte read = in.get(in.position() + i);
            length |= (read & 0x7FL) << 7 * i;
            if (read >= 0) {
                break;
            }
        }
        if (length > (long) size * INFLATION_MAX) {
            throw new InvalidRecordException(
                    "a snappy block of %d bytes that declares %d".formatted(size, length));
        }
    }
}
