package io.oxbow.broker.network;

import java.nio.ByteBuffer;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.protocol.ByteBufferAccessor;

/**
 * Reads a request for Kafka's decoder and limits the number of values read. Each may become an
 * object, so that a frame of a few megabytes, full of empty names, would become a hundred times as
 * much.
 */
final class DecodingLimit extends ByteBufferAccessor {

    /**
     * Estimated heap of one value in bytes, object header and place in a list included; seen: 20 to
     * 90.
     */
    private static final int VALUE_BYTES = 64;

    private final int valuesMax;
    private int values;

    /**
     * @param decodedBytesMax of heap for what is decoded, the frame itself not counted
     */
    DecodingLimit(ByteBuffer frame, long decodedBytesMax) {
        super(frame);
        valuesMax = (int) Math.min(Integer.MAX_VALUE, decodedBytesMax / VALUE_BYTES);
    }

    /** Returns the estimated heap of the decoded request, in bytes. */
    long decodedBytes() {
        return (long) values * VALUE_BYTES;
    }

    private void count() {
        if (++values > valuesMax) {
            throw new InvalidRequestException(
                    "a request of more than %d values; it does not fit into the memory for requests"
                            .formatted(valuesMax));
        }
    }

    @Override
    public byte readByte() {
        count();
        return super.readByte();
    }

    @Override
    public short readShort() {
        count();
        return super.readShort();
    }

    @Override
    public int readInt() {
        count();
        return super.readInt();
    }

    @Override
    public long readLong() {
        count();
        return super.readLong();
    }

    @Override
    public double readDouble() {
        count();
        return super.readDouble();
    }

    @Override
    public int readUnsignedVarint() {
        count();
        return super.readUnsignedVarint();
    }

    /**
     * Bounds the length of lists, since Kafka's decoder allocates as many places as a length says
     * if so many bytes are left.
     */
    @Override
    public int remaining() {
        return Math.min(super.remaining(), valuesMax - values);
    }
}
